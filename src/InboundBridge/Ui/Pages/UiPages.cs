using InboundBridge.Ui.Pages.Configuration;
using InboundBridge.Ui.Pages.Deliveries;
using InboundBridge.Ui.Pages.Destinations;
using InboundBridge.Ui.Pages.Log;
using InboundBridge.Ui.Pages.Message;
using InboundBridge.Ui.Pages.Messages;
using InboundBridge.Ui.Pages.Overview;
using InboundBridge.Ui.Pages.Playground;
using InboundBridge.Ui.Pages.Refusals;
using InboundBridge.Ui.Pages.Rules;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages;

/// <summary>Every page with its path.</summary>
internal static class UiPages
{
    public static void Map(UiRoutes routes, UiParts parts)
    {
        var (operations, clock) = (parts.Operations, parts.Surroundings.Clock);
        new EventPages(parts).Map(routes);
        new OverviewPages(operations, clock).Map(routes);
        new MessageListPages(operations, clock).Map(routes);
        new RefusalListPages(operations, clock).Map(routes);
        new ReplayPages(operations).Map(routes);
        new MessagePages(operations).Map(routes);
        new MessageFiles(operations, clock).Map(routes);
        new TestCopyPages(operations).Map(routes);
        new DeliveryPages(operations).Map(routes);
        new DestinationPages(operations, clock).Map(routes);
        new RulePages(operations).Map(routes);
        new PlaygroundPages(operations).Map(routes);
        new ConfigurationPages(operations).Map(routes);
        new RecordPages(operations).Map(routes);
        new LogPages(operations).Map(routes);
    }
}
