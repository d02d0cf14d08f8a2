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

    /// <summary>
    /// The rules decide for each of them, and the expectations must hold for each. Empty: the addresses in the stored mail's To.
    /// </summary>
    internal IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>The facts that the test gives.</summary>
    internal IReadOnlyList<KeyValuePair<Fact, FactValue>> Facts { get; init; } = [];

    internal IReadOnlyList<KeyValuePair<string, FactValue>> Headers { get; init; } = [];

    /// <summary>The message's id: it seeds <c>sample</c>.</summary>
    internal string Id { get; init; } = "test";

    /// <summary>When the mail comes: a Friday at noon unless the test says otherwise, within usual office hours.</summary>
    internal DateTimeOffset Now { get; init; } = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    internal IReadOnlyList<YamlEntry> Expectations { get; init; } = [];
}
