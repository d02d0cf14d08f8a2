using InboundBridge.Api;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Log;

/// <summary><c>/ui/log</c>: events as they happen. Without a script it shows what the newest messages went through.</summary>
internal sealed class LogPages(ApplianceOperations operations)
{
    private const int MostMessages = 50;
    private const int MostLines = 100;

    public void Map(UiRoutes routes) => routes.Get("/log", Operation.FollowEvents, ShowAsync);

    private async Task<UiAnswer> ShowAsync(UiRequest request)
    {
        var query = request.ReadQuery("kind");
        var kind = query.OneOf("kind", EventText.Kinds);
        if (query.Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var page = await operations.Messages.ListWithDeliveriesAsync(
            request.Who, new MessageFilter(), null, MostMessages, request.Aborted);
        var lines = page.Items.SelectMany(LinesOf).Where(line => kind is null || line.Kind == kind)
            .OrderByDescending(line => line.At).Take(MostLines);
        return new UiAnswer.Page("Log", typeof(LogPage), new LogModel([.. lines], kind));
    }

    private static IEnumerable<LogLine> LinesOf(MessageSummary item)
    {
        var message = item.Message;
        var recipients = AddressText.First([.. message.Envelope.Recipients.Select(each => each.Address)]);
        yield return new LogLine(
            message.ReceivedAt, "received", $"{AddressText.Sender(message.Envelope.Sender)} → {recipients}", message.Id);
        foreach (var delivery in item.Deliveries)
        {
            if (delivery.State is not (DeliveryState.Pending or DeliveryState.Held))
                yield return new LogLine(
                    delivery.EndedAt ?? delivery.CreatedAt, DeliveryWords.Of(delivery.State),
                    $"{DeliveryWords.Destination(delivery)}: {delivery.LastReply?.Text}", message.Id);
        }
    }
}
