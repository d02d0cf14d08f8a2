using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <param name="Position">Of the expectation.</param>
/// <param name="Text">What was expected, and what came.</param>
/// <param name="Wanted">The rules that could have made it come true.</param>
internal sealed record FailedExpectation(SourcePosition Position, string Text, IReadOnlyList<Rule> Wanted);
