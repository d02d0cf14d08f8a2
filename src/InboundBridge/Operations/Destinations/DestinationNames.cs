using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Setup;
using InboundBridge.Yaml;

namespace InboundBridge.Operations.Destinations;

/// <summary>The names that callers may use for destinations.</summary>
internal sealed class DestinationNames(CurrentSetup current, IMailSpool spool)
{
    /// <summary>The destinations of the configuration in force: those that mail can be sent to.</summary>
    public IReadOnlyList<string> Configured => [.. current.Setup.Options.Destinations.Select(destination => destination.Name)];

    /// <summary>The names that a filter may use: the configured ones, and those that only deliveries in the spool still have.</summary>
    public async ValueTask<IReadOnlyList<string>> ListKnownAsync(CancellationToken cancellationToken)
    {
        var stored = (await spool.ReadTotalsAsync(cancellationToken)).Deliveries.Select(tally => tally.Destination);
        return [.. Configured.Union(stored, StringComparer.Ordinal).Where(name => name.Length > 0)];
    }

    public bool IsConfigured(string name) => Configured.Contains(name, StringComparer.Ordinal);

    /// <summary>The configured name that is nearest to a misspelt one; null when none is near.</summary>
    public string? Hint(string name) => NearestName.Hint(name, Configured);

    /// <summary>The configured names in brackets, for a message to somebody who has to choose one.</summary>
    public string Choice => Configured is { Count: > 0 } names ? $" ({string.Join(", ", names)})" : " (the configuration has none yet)";
}
