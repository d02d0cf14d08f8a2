using System.ComponentModel;
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
    DateTimeOffset? OldestOpen,
    [property: Description("The nodes that it does not answer.")] IEnumerable<CircuitJson> Circuits)
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
        status.OldestOpen,
        status.Circuits.Select(CircuitJson.Of));
}

internal sealed record CircuitJson(
    [property: Description("The id of the node, as in /nodes.")] string Node,
    [property: Description("The node that answers.")] bool Self,
    DateTimeOffset OpenSince,
    [property: Description("When that node probes next.")] DateTimeOffset Until,
    int Failures,
    [property: Description("What the last failure ended with.")] string Reason)
{
    public static CircuitJson Of(OpenCircuit circuit) =>
        new(circuit.Node, circuit.IsSelf, circuit.OpenedAt, circuit.Until, circuit.Failures, circuit.Reason);
}
