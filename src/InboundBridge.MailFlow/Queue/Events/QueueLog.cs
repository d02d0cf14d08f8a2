using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>Events 2100 to 2199: one line for each transition of a delivery, and for each of a destination.</summary>
internal static partial class QueueLog
{
    [LoggerMessage(2100, LogLevel.Information,
        "delivered message={MessageId} delivery={DeliveryId} destination={Destination} attempt={Attempt} seconds={Seconds:0.000} " +
        "reply={Reply}")]
    public static partial void Delivered(
        ILogger log, string messageId, string deliveryId, string destination, int attempt, double seconds, string reply);

    [LoggerMessage(2101, LogLevel.Information,
        "retrying message={MessageId} delivery={DeliveryId} destination={Destination} attempt={Attempt} seconds={Seconds:0.000} " +
        "next={Next:o} reply={Reply}")]
    public static partial void Retrying(
        ILogger log, string messageId, string deliveryId, string destination, int attempt, double seconds, DateTimeOffset next,
        string reply);

    [LoggerMessage(2102, LogLevel.Warning,
        "dead message={MessageId} delivery={DeliveryId} destination={Destination} attempt={Attempt} seconds={Seconds:0.000} " +
        "reply={Reply}")]
    public static partial void Dead(
        ILogger log, string messageId, string deliveryId, string destination, int attempt, double seconds, string reply);

    [LoggerMessage(2103, LogLevel.Information,
        "cancelled message={MessageId} delivery={DeliveryId} destination={Destination} attempt={Attempt} seconds={Seconds:0.000} " +
        "reply={Reply}")]
    public static partial void Cancelled(
        ILogger log, string messageId, string deliveryId, string destination, int attempt, double seconds, string reply);

    [LoggerMessage(2104, LogLevel.Information,
        "operator {Kind} message={MessageId} delivery={DeliveryId} destination={Destination} state={State}")]
    public static partial void Changed(
        ILogger log, DeliveryChangeKind kind, string messageId, string deliveryId, string destination, DeliveryState state);

    [LoggerMessage(2105, LogLevel.Information, "replay message={MessageId} deliveries={Count}")]
    public static partial void Replayed(ILogger log, string messageId, int count);

    [LoggerMessage(2106, LogLevel.Information, "deleted message={MessageId} cancelled={Count}")]
    public static partial void Erased(ILogger log, string messageId, int count);

    [LoggerMessage(2107, LogLevel.Information,
        "refused message={MessageId} webhook_id={WebhookId} destination={Destination} temporary={Temporary} seconds={Seconds:0.000} " +
        "reply={Reply}")]
    public static partial void Refused(
        ILogger log, string messageId, string webhookId, string destination, bool temporary, double seconds, string reply);

    [LoggerMessage(2108, LogLevel.Warning,
        "taken by a destination, and refused because of another; a repeat has the same id message={MessageId} webhook_id={WebhookId} " +
        "destination={Destination}")]
    public static partial void TakenInVain(ILogger log, string messageId, string webhookId, string destination);

    [LoggerMessage(2110, LogLevel.Warning,
        "a destination takes no mail; it is left alone until a probe succeeds destination={Destination} reply={Reply}")]
    public static partial void CircuitOpened(ILogger log, string destination, string? reply);

    [LoggerMessage(2111, LogLevel.Information, "destination {Destination} answers again")]
    public static partial void CircuitClosed(ILogger log, string destination);

    [LoggerMessage(2115, LogLevel.Warning,
        "a destination does not answer another node; it is left alone here too destination={Destination} node={Node}: {Reason}")]
    public static partial void CircuitFollowed(ILogger log, string destination, string node, string reason);

    [LoggerMessage(2116, LogLevel.Information,
        "no other node says any more that destination {Destination} does not answer; one attempt is made")]
    public static partial void CircuitReleased(ILogger log, string destination);

    [LoggerMessage(2112, LogLevel.Warning, "a destination is paused destination={Destination}: {Reason}")]
    public static partial void Paused(ILogger log, string destination, string reason);

    [LoggerMessage(2113, LogLevel.Information, "destination {Destination} resumed")]
    public static partial void Resumed(ILogger log, string destination);

    [LoggerMessage(2114, LogLevel.Warning,
        "deliveries wait for a destination that is not configured destination={Destination} deliveries={Count}: {Remedy}")]
    public static partial void Stranded(ILogger log, string destination, long count, string remedy);

    [LoggerMessage(2130, LogLevel.Information, "collected user={User} host={Host} mails={Mails} outcome={Outcome}")]
    public static partial void Collected(ILogger log, string user, string host, int mails, string outcome);

    [LoggerMessage(2120, LogLevel.Error, "an attempt broke; it is tried again later delivery={DeliveryId} destination={Destination}")]
    public static partial void AttemptBroke(ILogger log, string deliveryId, string destination, Exception exception);

    [LoggerMessage(2121, LogLevel.Error,
        "the outcome of a delivery can't be recorded yet; nothing more is delivered until it is delivery={DeliveryId}")]
    public static partial void NotRecorded(ILogger log, string deliveryId, Exception exception);

    [LoggerMessage(2122, LogLevel.Error, "the hook for the end of a delivery broke; the end is recorded without it delivery={DeliveryId}")]
    public static partial void HookBroke(ILogger log, string deliveryId, Exception exception);

    [LoggerMessage(2123, LogLevel.Error,
        "a stored message is damaged; its delivery is set aside message={MessageId} delivery={DeliveryId}")]
    public static partial void MessageDamaged(ILogger log, string messageId, string deliveryId, Exception exception);

    [LoggerMessage(2124, LogLevel.Error, "deliveries can't be read from the spool destination={Destination}")]
    public static partial void NotRead(ILogger log, string destination, Exception exception);

    [LoggerMessage(2126, LogLevel.Warning,
        "the result of an attempt came too late to count delivery={DeliveryId} destination={Destination}: {Reason}")]
    public static partial void ClaimLost(ILogger log, string deliveryId, string destination, string reason);

    [LoggerMessage(2127, LogLevel.Debug, "the spool is away, as it has logged; this is tried again later work={Work} reason={Reason}")]
    public static partial void SpoolAway(ILogger log, string work, string reason);

    [LoggerMessage(2125, LogLevel.Error, "housekeeping failed; it is tried again later work={Work}")]
    public static partial void HousekeepingFailed(ILogger log, string work, Exception exception);
}
