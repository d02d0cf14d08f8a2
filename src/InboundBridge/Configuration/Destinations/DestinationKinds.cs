using InboundBridge.Configuration.Destinations.Lmtp;
using InboundBridge.Configuration.Destinations.Relay;
using InboundBridge.Configuration.Destinations.Webhook;
using InboundBridge.Configuration.Options;
using InboundBridge.Rules.Contract;

namespace InboundBridge.Configuration.Destinations;

/// <summary>The kinds of destination that there are, in the order of the documentation.</summary>
internal static class DestinationKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        new WebhookKind(),
        new LmtpKind(),
        new RelayKind(),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => kind.Name)];

    public static IReadOnlyList<RuleDestinationKind> ForRules { get; } = [.. All.Select(kind => kind.ForRules)];

    /// <summary>The kind of a destination that was read from a configuration.</summary>
    public static DestinationKind Of(DestinationSettings destination) =>
        Find(destination.Queue.Kind) ?? throw new InvalidOperationException($"destination {destination.Name} has an unknown kind");

    public static DestinationKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
