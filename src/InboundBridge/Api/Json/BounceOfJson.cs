using System.ComponentModel;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api.Json;

internal sealed record BounceOfJson(
    [property: Description("The id of the message; its record may be gone.")] string Message,
    [property: Description("The id of the delivery whose fate the bounce tells.")] string Delivery,
    [property: Description("failed, expired, refused, delayed, relayed or delivered.")] string Reason,
    [property: Description("The recipients that it is about, as the sender named them.")] IEnumerable<string> Recipients)
{
    public static BounceOfJson? Of(MailCause? cause) =>
        cause is null ? null : new BounceOfJson(cause.MessageId, cause.DeliveryId, cause.Reason, cause.Recipients);
}
