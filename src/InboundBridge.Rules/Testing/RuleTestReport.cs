using System.Xml.Linq;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>The results of a run of rule tests.</summary>
/// <param name="Coverage">Every rule, in order, with the number of tests in which it matched.</param>
public sealed record RuleTestReport(IReadOnlyList<RuleTestResult> Results, IReadOnlyList<RuleCoverage> Coverage)
{
    public bool Passed => Results.All(result => result.Passed);

    /// <summary>The report as JUnit XML, with one suite for each rule file.</summary>
    public string ToJUnitXml()
    {
        var suites = new XElement("testsuites", new XAttribute("tests", Results.Count),
            new XAttribute("failures", Results.Count(result => !result.Passed)));
        foreach (var file in Results.GroupBy(result => result.Test.Position.File, StringComparer.Ordinal))
        {
            suites.Add(new XElement("testsuite", new XAttribute("name", Clean(file.Key)), new XAttribute("tests", file.Count()),
                new XAttribute("failures", file.Count(result => !result.Passed)),
                file.Select(result =>
                    new XElement("testcase", new XAttribute("classname", Clean(file.Key)), new XAttribute("name", Clean(result.Test.Name)),
                    new XAttribute("line", result.Test.Position.Line),
                    result.Passed ? null : new XElement("failure", new XAttribute("message", Clean(result.Failures[0].Text)),
                        Clean(string.Join('\n', result.Failures)))))));
        }
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{suites}\n";
    }

    /// <summary>Replaces characters that XML 1.0 can't contain (controls, lone surrogates), which test names and mails may have.</summary>
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes()
        .Select(rune => rune.Value is < 0x20 and not (9 or 10 or 13) or 0xFFFE or 0xFFFF ? "?" : rune.ToString()));
}

/// <param name="Failures">Each expectation that did not hold, with its position; empty when the test passed.</param>
/// <param name="Matched">The names of the rules that matched.</param>
public sealed record RuleTestResult(RuleTest Test, IReadOnlyList<SourceProblem> Failures, IReadOnlyCollection<string> Matched)
{
    public bool Passed => Failures.Count == 0;
}

/// <param name="Hits">Tests in which the rule matched.</param>
public sealed record RuleCoverage(Rule Rule, int Hits);
