using InboundBridge.Text;

namespace InboundBridge.MailFlow.Spool.Contract.Nodes;

/// <summary>What a node says of itself.</summary>
public sealed record SpoolNode
{
    /// <summary>Listeners that are named; the rest is left out.</summary>
    public const int MostListeners = 32;

    /// <summary>Characters of a text of a node; what is longer is cut.</summary>
    public const int LongestText = 300;

    /// <summary>The owner of its claims: another one at each start.</summary>
    public required string Id { get; init; }

    /// <summary>The name of its machine, for people. Several nodes may have the same.</summary>
    public required string Name { get; init; }

    /// <summary>The version of its program.</summary>
    public required string Version { get; init; }

    /// <summary>The version of the configuration that it has in force.</summary>
    public required string ConfigVersion { get; init; }

    /// <summary>When that came into force, by the node's clock.</summary>
    public required DateTimeOffset ConfigLoadedAt { get; init; }

    /// <summary>By the node's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required NodeState State { get; init; }

    /// <summary>Why it is not ready; null when it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Where it listens: kind, name and address, as <c>smtp mx 0.0.0.0:25</c>.</summary>
    public IReadOnlyList<string> Listeners { get; init; } = [];

    /// <summary>The same within the bounds of a store.</summary>
    public SpoolNode Cut() => this with
    {
        Name = Cut(Name),
        Version = Cut(Version),
        ConfigVersion = Cut(ConfigVersion),
        Reason = Reason is null ? null : Cut(Reason),
        Listeners = [.. Listeners.Take(MostListeners).Select(listener => Cut(listener.ReplaceLineEndings(" ")))],
    };

    private static string Cut(string text) => CutText.At(text, LongestText);
}
