using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Messages;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Log;

/// <summary>Lines from the spool, for what is no longer in memory.</summary>
internal sealed class LogHistory(ApplianceOperations operations)
{
    /// <summary>Messages whose latest states are shown after a start.</summary>
    private const int MostMessages = 50;

    /// <summary>What is on record about a message, and what only memory tells: who retried or released it, say.</summary>
    /// <param name="recent">The lines about the message from memory.</param>
    public async Task<IEnumerable<LogLine>> OfMessageAsync(UiRequest request, string id, IEnumerable<LogLine> recent)
    {
        if (await operations.Messages.TraceAsync(request.Who, id, request.Aborted) is not { } history)
            return recent;
        List<LogLine> recorded =
        [
            Received(history.Message),
            .. history.Deliveries.SelectMany(record => record.FailedAttempts.Select(attempt =>
                Line(record.Delivery, attempt.Started + attempt.Duration, "retrying", attempt.Reply))),
            .. history.Deliveries.Select(record => State(record.Delivery)).OfType<LogLine>(),
        ];
        // Every reception and every failed attempt is on record. The end of a delivery is, unless the delivery was begun again.
        return recorded.Concat(recent.Where(line => line.Kind is not ("received" or "retrying")
            && !recorded.Exists(each => each.Kind == line.Kind && each.Text == line.Text)));
    }

    /// <summary>What the newest messages went through before the start of this process.</summary>
    public async Task<IEnumerable<LogLine>> BeforeStartAsync(UiRequest request)
    {
        var filter = new MessageFilter { Before = operations.Events.BeganAt };
        var page = await operations.Messages.ListWithDeliveriesAsync(request.Who, filter, null, MostMessages, request.Aborted);
        return page.Items.SelectMany(LinesOf).Where(line => line.At < operations.Events.BeganAt);
    }

    private static IEnumerable<LogLine> LinesOf(MessageSummary item) =>
        [Received(item.Message), .. item.Deliveries.Select(State).OfType<LogLine>()];

    private static LogLine Received(SpooledMessage message) =>
        new(message.ReceivedAt, "received", EventWords.Of(message), message.Id) { Recipients = message.Envelope.Recipients };

    /// <summary>How a delivery ended; null while it has not.</summary>
    private static LogLine? State(SpooledDelivery delivery) => delivery.EndedAt is not { } ended ? null
        : Line(delivery, ended, DeliveryWords.Of(delivery.State), delivery.LastReply);

    private static LogLine Line(SpooledDelivery delivery, DateTimeOffset at, string kind, DeliveryReply? reply) =>
        new(at, kind, EventWords.Of(delivery, reply?.Text), delivery.MessageId)
        {
            Destination = delivery.Destination,
            Recipients = delivery.Recipients,
        };
}
