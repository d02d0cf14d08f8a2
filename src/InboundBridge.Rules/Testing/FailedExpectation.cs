using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <param name="Position">Of the expectation.</param>
/// <param name="Text">The expected and the actual value.</param>
/// <param name="Wanted">The rules that could have met it.</param>
internal sealed record FailedExpectation(SourcePosition Position, string Text, IReadOnlyList<Rule> Wanted)
{
    /// <summary>The rules decided as expected, so that their reasons explain nothing.</summary>
    public bool IsAboutRequest { get; init; }
}
