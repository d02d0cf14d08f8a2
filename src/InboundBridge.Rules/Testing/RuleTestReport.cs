using InboundBridge.Rules.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>What a run of the rule tests showed.</summary>
/// <param name="Coverage">Every rule, in order, with the number of tests in which it matched.</param>
public sealed record RuleTestReport(IReadOnlyList<RuleTestResult> Results, IReadOnlyList<RuleCoverage> Coverage)
{
    public bool Passed => Results.All(result => result.Passed);
}

/// <param name="Failures">Each expectation that did not hold, at its place in the file; empty when the test passed.</param>
public sealed record RuleTestResult(RuleTest Test, IReadOnlyList<SourceProblem> Failures)
{
    public bool Passed => Failures.Count == 0;
}

/// <param name="Hits">Tests in which the rule matched.</param>
public sealed record RuleCoverage(Rule Rule, int Hits);
