using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary>Loads rules and runs the tests in their files.</summary>
internal sealed class RuleTestRun(ConfigurationSource source, HostActions host)
{
    /// <param name="path">A file or folder of rules; null: those that the configuration names.</param>
    /// <param name="byHand">The rules may use facts that nothing supplies, provided that their tests give a value.</param>
    /// <returns>Null when the rules have errors, which are added to <paramref name="problems"/>.</returns>
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
