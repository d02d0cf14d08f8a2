using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>Events 2300 to 2309: a line for each report to a sender, and for each that is not written.</summary>
internal static partial class BounceLog
{
    [LoggerMessage(2300, LogLevel.Information,
        "bounce message={Id} of={MessageId} delivery={DeliveryId} reason={Reason} recipients={Recipients}", EventName = "bounce")]
    public static partial void Written(ILogger log, string id, string messageId, string deliveryId, string reason, int recipients);

    [LoggerMessage(2301, LogLevel.Information,
        "no bounce of={MessageId} delivery={DeliveryId} reason={Reason} why={Why}", EventName = "bounce_suppressed")]
    public static partial void Suppressed(ILogger log, string messageId, string deliveryId, string reason, string why);

    [LoggerMessage(2302, LogLevel.Warning,
        "no bounce, the sender has got too many of={MessageId} delivery={DeliveryId} reason={Reason}", EventName = "bounce_limited")]
    public static partial void Limited(ILogger log, string messageId, string deliveryId, string reason);
}
