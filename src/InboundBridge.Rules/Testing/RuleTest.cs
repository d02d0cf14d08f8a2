using InboundBridge.Rules.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>One entry of <c>tests:</c> in a rule file.</summary>
public sealed record RuleTest
{
    public required string Name { get; init; }

    public required SourcePosition Position { get; init; }
}
