using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Api.Json;

internal sealed record DestinationJson(
    string Name,
    string Kind,
    bool OnDemand,
    bool Up,
    bool Paused,
    string? PauseReason,
    int Active,
    IReadOnlyDictionary<string, long> Deliveries,
    DateTimeOffset? OldestOpen)
{
    public static DestinationJson Of(DestinationStatus status) => new(
        status.Name,
        status.Kind,
        status.OnDemand,
        status.Up,
        status.PauseReason is not null,
        status.PauseReason,
        status.Active,
        status.Counts.ToDictionary(count => ApiJson.State(count.Key), count => count.Value, StringComparer.Ordinal),
        status.OldestOpen);
}
