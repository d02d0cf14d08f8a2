using System.ComponentModel;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api.Json;

internal sealed record MessageJson(
    string Id,
    DateTimeOffset ReceivedAt,
    string Sender,
    IEnumerable<string> Recipients,
    string? Subject,
    long Size,
    [property: Description("An operator has deleted it: only its record is left.")] bool Erased,
    [property: Description("For a bounce, the message that it is about; null for other messages.")] BounceOfJson? BounceOf)
{
    public static MessageJson Of(SpooledMessage message) => new(
        message.Id,
        message.ReceivedAt,
        message.Envelope.Sender,
        message.Envelope.Recipients.Select(recipient => recipient.Address),
        message.Subject,
        message.Size,
        message.IsErased,
        BounceOfJson.Of(message.Cause));
}
