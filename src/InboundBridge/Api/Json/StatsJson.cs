using System.ComponentModel;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Status;

namespace InboundBridge.Api.Json;

internal sealed record StatsJson(
    string Version,
    string ConfigVersion,
    [property: Description(ReloadJson.RestartNeededText)] IReadOnlyList<string> RestartNeeded,
    bool Ready,
    SpoolStatsJson Spool,
    IEnumerable<DeliveryTallyJson> Deliveries)
{
    public static StatsJson Of(Statistics statistics)
    {
        var totals = statistics.Totals;
        return new StatsJson(
            statistics.Version,
            statistics.ConfigVersion,
            statistics.RestartNeeded,
            statistics.Ready,
            new SpoolStatsJson(statistics.Condition.ToString(), totals.Messages, totals.Bytes, totals.FreeBytes),
            totals.Deliveries.Select(DeliveryTallyJson.Of));
    }
}

internal sealed record SpoolStatsJson(string Condition, long Messages, long Bytes, long? FreeBytes);

internal sealed record DeliveryTallyJson(string Destination, string State, long Count)
{
    public static DeliveryTallyJson Of(DeliveryTally tally) => new(tally.Destination, ApiJson.State(tally.State), tally.Count);
}
