using System.ComponentModel;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Operations.Messages;

namespace InboundBridge.Api.Json;

internal sealed record MessageInFullJson(
    string Id,
    DateTimeOffset ReceivedAt,
    EnvelopeJson Envelope,
    string? Subject,
    long Size,
    [property: Description("Null when the message is erased.")] string? Sha256,
    bool Erased,
    string ConfigVersion,
    [property: Description(
        "What the session of the message was answered; null where an earlier version received it, and for our own mail.")]
    IEnumerable<GivenReplyJson>? Replies,
    [property: Description("Refused recipients beyond those in replies.")] int MoreRefusals,
    [property: Description("What the checks of the sender and the scanners say; null when the message is erased.")]
    JsonObject? Authentication,
    [property: Description("The value of the Authentication-Results field that deliveries carry; null without one.")]
    string? AuthenticationResults,
    [property: Description("For a bounce, the message that it is about; null for other messages.")] BounceOfJson? BounceOf,
    [property: Description("The bounces about this message that are still stored, oldest first; at most 100.")]
    IEnumerable<MessageJson> Bounces,
    IEnumerable<DeliveryJson> Deliveries)
{
    private static readonly string NothingChecked = VerdictsJson.Write(MailVerdicts.NotAsked);

    public static MessageInFullJson Of(MessageRecord record)
    {
        var message = record.Message;
        return new MessageInFullJson(
            message.Id,
            message.ReceivedAt,
            EnvelopeJson.Of(message.Envelope),
            message.Subject,
            message.Size,
            message.IsErased ? null : message.Sha256,
            message.IsErased,
            message.ConfigVersion,
            GivenReplies.Of(message)?.Select(GivenReplyJson.Of),
            message.Envelope.MoreRefusals,
            message.IsErased ? null : JsonNode.Parse(message.AuthenticationJson ?? NothingChecked)?.AsObject(),
            message.ResultsField is { } field ? HeaderLine.Value(field) : null,
            BounceOfJson.Of(message.Cause),
            record.Bounces.Select(MessageJson.Of),
            record.Deliveries.Select(DeliveryJson.Of));
    }
}
