using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>A rule test that was made from a mail.</summary>
/// <param name="Entry">An entry of <c>tests</c>, from its dash on; null where no test can be made.</param>
/// <param name="Problem">Why there is none, or why it does not pass as it stands; null for one that passes.</param>
public sealed record RuleTestDraft(string? Entry, string? Problem)
{
    /// <summary>The file of the rule that decides, as positions show it; null where none does.</summary>
    public string? DecidedIn { get; init; }
}

/// <summary>
/// Makes a rule test from a mail: it decides about the mail, remembers what the rules asked for, writes down exactly that with the
/// decision, and runs the result. So a copy passes when it is pasted, or says why it does not.
/// </summary>
/// <param name="enforcement">What checks outside of the rules do with a test's mail; null: nothing.</param>
public sealed class RuleTestCopy(RuleEvaluator evaluator, RuleTestEnforcement? enforcement = null)
{
    /// <summary>Characters of an entry; a longer one is better kept as a mail in a file.</summary>
    private const int LongestEntry = 16 * 1024;

    private const string Name = "copy";

    /// <param name="facts">All that is known of the mail.</param>
    /// <param name="last">The last stage that the mail reached.</param>
    /// <param name="now">When it came.</param>
    public async ValueTask<RuleTestDraft> MakeAsync(
        RuleSet set, MessageFacts facts, RuleStage last, RuleRecipient recipient, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var asked = new AskedFacts(facts);
        var explanation = await new RuleExplainer(evaluator).ExplainAsync(
            set, stage => stage == RuleStage.Body ? asked : new StagedFacts(asked, stage), last, recipient, now, cancellationToken);
        var decision = explanation.Decision;
        if (!decision.IsCertain)
            return new RuleTestDraft(
                null, $"The rules ask for what is not known of this mail: {string.Join(", ", decision.MissingFacts)}.");
        if (decision.Errors is [var error, ..])
            return new RuleTestDraft(null, $"A rule fails for this mail, so there is nothing to expect: {error.Rule}: {error.Text}");
        var place = set.Rules.FirstOrDefault(rule => rule.Name == decision.Rule)?.Position.File;
        var writer = new RuleTestWriter(set, asked, recipient, now);
        var entry = writer.Write(decision, isHeldBefore: false);
        if (entry.Length > LongestEntry)
            return new RuleTestDraft(
                writer.WriteForFile(decision),
                $"It names the mail as a file: save its source beside the rules as {RuleTestWriter.FileName}.")
            {
                DecidedIn = place,
            };
        var problems = new SourceProblems();
        var test = Read(set, entry, problems);
        if (test is not null && enforcement?.Invoke(new Dictionary<Fact, FactValue>(test.Facts), test.Recipients) is { Holds: true })
        {
            entry = writer.Write(decision, isHeldBefore: true);
            test = Read(set, entry, problems);
        }
        if (test is not null && !problems.HasErrors)
        {
            var runner = new RuleTestRunner(evaluator) { Enforcement = enforcement };
            var report = await runner.RunAsync(set.WithTests([test]), cancellationToken);
            problems.AddRange(report.Results.SelectMany(result => result.Failures));
        }
        return new RuleTestDraft(entry, problems.Items.FirstOrDefault(problem => !problem.IsWarning) is { } wrong
            ? $"It does not pass as it stands: {wrong.Text}" : null)
        {
            DecidedIn = place,
        };
    }

    private static RuleTest? Read(RuleSet set, string entry, SourceProblems problems) =>
        YamlReader.Read(entry, Name, problems) is YamlSequence { Items: [var item] } && !problems.HasErrors
            ? RuleTestReader.Read(item, set.Environment, problems) : null;
}
