using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Reception;

/// <summary>The mail log of reception: one line for each message that got 250. The session logs refusals, with the reply.</summary>
public sealed partial class ReceptionLog(ILogger<ReceptionLog> logger)
{
    private CheckFailure? _checkFailed;

    /// <summary>One delegate for all mails.</summary>
    internal CheckFailure CheckFailed => _checkFailed ??= LogCheckFailure;

    internal void Received(MailTransaction transaction, long size, RoutePlan plan)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;
        MessageReceived(
            transaction.Id,
            transaction.Sender,
            Recipients(transaction),
            size,
            transaction.Peer.ClientIp?.ToString(),
            transaction.Peer.Helo,
            transaction.Peer.Tls?.Version,
            Destinations(plan),
            HoldReasons(plan),
            transaction.SenderCheck?.Concluded is { } verdicts ? VerdictSummary.Of(verdicts) : VerdictSummary.NotChecked);
    }

    /// <summary>The rules refused this recipient after the data, but accepted the message for others, so the client got 250.</summary>
    internal void Refused(MailTransaction transaction, SpooledDelivery record) => RecipientRefused(
        transaction.Id,
        transaction.Sender,
        record.Recipients[0].Original,
        record.Id,
        record.Rule ?? RoutedRefusal.ByDefault,
        record.LastReply?.Text ?? string.Empty);

    /// <summary>Most messages have one recipient, for which nothing is joined.</summary>
    private static string Recipients(MailTransaction transaction) => transaction.Recipients is [var only]
        ? only.Address
        : string.Join(',', transaction.Recipients.Select(recipient => recipient.Address));

    private static string Destinations(RoutePlan plan) => plan.Deliveries is [var only]
        ? Destination(only)
        : string.Join(',', plan.Deliveries.Select(Destination).Distinct(StringComparer.Ordinal));

    /// <summary>Why deliveries wait for an operator; null where none does.</summary>
    private static string? HoldReasons(RoutePlan plan)
    {
        if (plan.Deliveries is [var only])
            return only.State == DeliveryState.Held ? only.HoldReason : null;
        var held = plan.Deliveries.Where(delivery => delivery.State == DeliveryState.Held).ToList();
        return held.Count == 0 ? null : string.Join("; ", held.Select(delivery => delivery.HoldReason).Distinct(StringComparer.Ordinal));
    }

    private static string Destination(SpooledDelivery delivery) => delivery.Destination.Length == 0 ? "held" : delivery.Destination;

    [LoggerMessage(EventId = 1001, EventName = "message_received", Level = LogLevel.Information,
        Message = "received {Id} from=<{Sender}> to={Recipients} size={Size} client={Client} helo={Helo} tls={Tls} "
            + "destinations={Destinations} held={Held} authentication={Authentication}")]
    private partial void MessageReceived(
        string id, string sender, string recipients, long size, string? client, string? helo, string? tls, string destinations,
        string? held, string authentication);

    [LoggerMessage(EventId = 1002, EventName = "recipient_refused", Level = LogLevel.Warning,
        Message = "refused after the data {Id} from=<{Sender}> to={Recipient} delivery={Delivery} rule={Rule} reply={Reply}")]
    private partial void RecipientRefused(string id, string sender, string recipient, string delivery, string rule, string reply);

    [LoggerMessage(
        EventId = 1003, EventName = "check_failed", Level = LogLevel.Warning, Message = "check failed {Id} check={Check}: {Problem}")]
    private partial void LogCheckFailure(string id, string check, string problem);

    [LoggerMessage(
        EventId = 1004, EventName = "sender_check_failed", Level = LogLevel.Error, Message = "a check of the sender failed check={Check}")]
    internal partial void SenderCheckFaulted(Exception fault, string check);

    [LoggerMessage(
        EventId = 1005, EventName = "dns_list_silent", Level = LogLevel.Warning,
        Message = "the DNS list does not tell whether it names a client zone={Zone}: {Problem}")]
    internal partial void ListSilent(string zone, string problem);
}
