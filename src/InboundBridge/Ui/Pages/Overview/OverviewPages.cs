using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages.Overview;

/// <summary><c>/ui</c>: is mail coming in, is it getting out, what is stuck and why.</summary>
internal sealed class OverviewPages(ApplianceOperations operations, TimeProvider clock)
{
    private const int MostFailures = 8;
    private const int MostMessages = 8;

    public void Map(UiRoutes routes) => routes.Get("/", Operation.ShowStatistics, ShowAsync);

    private async Task<UiAnswer> ShowAsync(UiRequest request)
    {
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var (who, aborted) = (request.Who, request.Aborted);
        var statistics = await operations.Status.ShowStatisticsAsync(who, aborted);
        var destinations = await operations.Destinations.ListAsync(who, aborted);
        var failures = new List<SpooledDelivery>();
        foreach (var state in new[] { DeliveryState.Retrying, DeliveryState.Dead })
            failures.AddRange(
                (await operations.Deliveries.ListAsync(who, new DeliveryFilter { State = state }, null, MostFailures, aborted)).Items);
        var latest = await operations.Messages.ListWithDeliveriesAsync(who, new MessageFilter(), null, MostMessages, aborted);
        var configuration = operations.Status.ShowConfiguration(who);
        return new UiAnswer.Page("Overview", typeof(OverviewPage), new OverviewModel(
            statistics, operations.Traffic.ShowHour(who), destinations,
            AttentionList.Of(
                statistics, configuration, destinations, operations.Status.ShowCertificates(who), operations.Nodes.Glance(who),
                clock.GetUtcNow()),
            [.. failures.OrderByDescending(each => each.CreatedAt).Take(MostFailures)], latest.Items, configuration.LastReload?.At));
    }
}
