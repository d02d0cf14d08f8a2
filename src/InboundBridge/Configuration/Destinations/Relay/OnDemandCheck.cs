using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Destinations.Relay;

/// <summary>Checks the keys of a relay with <c>on_demand: true</c>, which connects to nobody.</summary>
internal static class OnDemandCheck
{
    /// <summary>They say where mail goes and how: with them the operator means something else.</summary>
    private static readonly string[] Contradictions = ["host", "port", "mx", "tls", "auth", "trusted_certificates", "srs"];

    /// <summary>They are about connections and attempts of our own, of which there are none.</summary>
    private static readonly string[] Useless =
    [
        "allow_private_addresses", "connect_timeout", "idle_timeout", "connection_reuse", "concurrency", "rate", "circuit",
    ];

    public static void Run(DestinationSettings destination, YamlMapping node, ConfigReading reading)
    {
        foreach (var key in Contradictions)
        {
            if (node[key] is { } given and not YamlScalar { IsNull: true })
                reading.Error(
                    given, $"{key} is for a relay that connects to a server, and on_demand: true waits for one",
                    $"remove {key} or on_demand");
        }
        foreach (var key in Useless)
        {
            if (node[key] is { } given and not YamlScalar { IsNull: true })
                reading.Problems.Warn(given.Position, $"{key} has no effect with on_demand: true", $"remove {key}");
        }
        if (destination.Queue.Order != DeliveryOrder.None)
            reading.Error(
                node["order"]!, "order can't be kept on demand: a mail that its receiver defers is sent again at the next collection",
                "remove order; mail is sent in the order of its arrival");
    }
}
