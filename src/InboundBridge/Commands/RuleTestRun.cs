using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary>Loads rules and runs the tests that stand in them.</summary>
internal sealed class RuleTestRun(ConfigurationSource source, HostActions host)
{
    /// <param name="path">Other rules than the configuration's; null for those.</param>
    /// <param name="byHand">Rules may ask for facts that nothing supplies, where their tests give a value.</param>
    /// <returns>Null when the rules themselves are wrong; the problems say how.</returns>
    public async Task<(RuleSet Rules, RuleTestReport Report)?> RunAsync(
        ApplianceOptions options, string? path, bool byHand, SourceProblems problems, CancellationToken cancellationToken)
    {
        if (new RuleFolder(source) { AcceptsUnsupplied = byHand }.Load(path ?? options.Rules.Path, options, problems) is not { } rules)
            return null;
        var report = host.RuleTests is { } run
            ? await run(source, options, rules, cancellationToken)
            : await new RuleTestRunner(new RuleEvaluator()).RunAsync(rules, cancellationToken);
        return (rules, report);
    }
}
