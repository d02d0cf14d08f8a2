using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Contract;

/// <summary>One entry of <c>tests:</c> in a rule file.</summary>
public sealed record RuleTest
{
    public required string Name { get; init; }

    public required SourcePosition Position { get; init; }

    /// <summary>The stored mail it runs on; null for an inline one.</summary>
    public string? Eml { get; init; }

    /// <summary>Each is decided for, and what is expected holds for each. Empty: the stored mail's To.</summary>
    internal IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>What the test gives by hand, apart from header fields.</summary>
    internal IReadOnlyList<KeyValuePair<Fact, FactValue>> Facts { get; init; } = [];

    internal IReadOnlyList<KeyValuePair<string, FactValue>> Headers { get; init; } = [];

    /// <summary>Seeds <c>sample</c>.</summary>
    internal string Id { get; init; } = "test";

    /// <summary>A Friday noon unless the test says otherwise, so that office hours are on.</summary>
    internal DateTimeOffset Now { get; init; } = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    internal IReadOnlyList<YamlEntry> Expectations { get; init; } = [];
}
