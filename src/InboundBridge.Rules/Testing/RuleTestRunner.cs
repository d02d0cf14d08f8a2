using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>Opens the stored mail that a test names by <c>eml:</c>; null when it does not exist.</summary>
/// <param name="namingFile">The rule file.</param>
/// <param name="path">As written in the rule file, relative to it.</param>
/// <exception cref="IOException">The file exists and can't be read.</exception>
public delegate MessageFacts? RuleTestMailReader(string namingFile, string path);

/// <summary>Runs the tests of rule files, stage by stage as for live mail. Counts no hits.</summary>
/// <param name="readMail">Opens <c>eml:</c> mails; inline mails need nothing.</param>
/// <param name="requests">Makes what <c>request</c> is compared with; null: a test that expects one fails.</param>
public sealed class RuleTestRunner(RuleEvaluator evaluator, RuleTestMailReader? readMail = null, RuleTestRequests? requests = null)
{
    /// <summary>
    /// What checks outside of the rules do with a test's mail; null: nothing. A test of mail that they take from the rules fails.
    /// </summary>
    public RuleTestEnforcement? Enforcement { get; init; }

    public async Task<RuleTestReport> RunAsync(RuleSet set, CancellationToken cancellationToken)
    {
        var hits = set.Rules.ToDictionary(rule => rule.Name, _ => 0, StringComparer.Ordinal);
        var results = new List<RuleTestResult>(set.Tests.Count);
        foreach (var test in set.Tests)
        {
            var failures = new SourceProblems();
            var matched = new HashSet<string>(StringComparer.Ordinal);
            await RunAsync(set, test, failures, matched, cancellationToken);
            foreach (var rule in matched)
                hits[rule]++;
            results.Add(new RuleTestResult(test, failures.Items, matched));
        }
        return new RuleTestReport(results, [.. set.Rules.Select(rule => new RuleCoverage(rule, hits[rule.Name]))]);
    }

    private async Task RunAsync(RuleSet set, RuleTest test, SourceProblems failures, HashSet<string> matched,
        CancellationToken cancellationToken)
    {
        MessageFacts? stored = null;
        if (test.Eml is { } path)
        {
            stored = Open(test, path, failures);
            if (stored is null)
                return;
        }
        var facts = Facts(set, test, stored);
        var recipients = test.Recipients.Count > 0 ? test.Recipients : Texts(facts.Get(Fact.To));
        if (recipients.Count == 0)
            failures.Error(test.Position, $"{Called(test)}: the stored mail has no To, so the test must name a recipient",
                "mail: { recipient: … }");
        var enforced = Enforcement?.Invoke(new Dictionary<Fact, FactValue>(test.Facts), recipients);
        if (enforced is { Holds: true } && Promised(set, test) is { } promise)
            failures.Error(promise.Key.Position, $"{Called(test)}: {enforced.Text}", enforced.Hint);
        foreach (var recipient in recipients)
        {
            var address = new RuleRecipient(Canonical(recipient));
            var (decision, stage) = await DecideAsync(set, facts, address, test.Now, cancellationToken);
            if (enforced is { Holds: false } && !IsEarlier(decision, stage, enforced.Stage))
            {
                failures.Error(test.Position, $"{Called(test)}: {enforced.Text}", enforced.Hint);
                return;
            }
            matched.UnionWith(decision.MatchedRules);
            if (!decision.IsCertain)
            {
                NotGiven(test, recipient, decision, failures);
                continue;
            }
            var failed = await FailedAsync(set, test, facts, (recipient, decision, stage), failures, cancellationToken);
            if (failed.Count == 0)
                continue;
            var explanation = await new RuleExplainer(evaluator).ExplainAsync(set, facts, address, test.Now, cancellationToken);
            var reasons = new RuleReasons(explanation, facts, test.Now);
            foreach (var failure in failed)
                failures.Error(failure.Position, $"{Called(test)}: {recipient}: {failure.Text}{reasons.Of(failure)}");
        }
    }

    private async ValueTask<List<FailedExpectation>> FailedAsync(
        RuleSet set, RuleTest test, MessageFacts facts, (string Recipient, RuleDecision Decision, RuleStage Stage) decided,
        SourceProblems failures, CancellationToken cancellationToken)
    {
        var expectations = new RuleExpectations(set, decided.Decision, decided.Stage, failures);
        var request = new RequestExpectation(set, requests, failures);
        foreach (var entry in test.Expectations)
        {
            if (entry.Key.Value == RequestExpectation.Key)
                await request.CheckAsync(entry.Value, test, facts, decided.Recipient, decided.Decision, cancellationToken);
            else
                expectations.Check(entry);
        }
        return [.. expectations.Failures, .. request.Failures];
    }

    /// <summary>An expectation that the mail is delivered; null without one.</summary>
    private static YamlEntry? Promised(RuleSet set, RuleTest test) =>
        test.Expectations.FirstOrDefault(entry => set.IsKind(entry.Key.Value));

    /// <summary>The rules refuse the mail before the other check can.</summary>
    private static bool IsEarlier(RuleDecision decision, RuleStage stage, RuleStage other) =>
        !stage.HasReached(other) && decision is { IsCertain: true, Refusal.Kind: RuleRefusalKind.Reject or RuleRefusalKind.Defer };

    private static string Called(RuleTest test) => $"test '{test.Name}'";

    /// <summary>The decision depends on facts that nothing supplies and that the test does not give.</summary>
    private static void NotGiven(RuleTest test, string recipient, RuleDecision decision, SourceProblems failures)
    {
        foreach (var fact in decision.MissingFacts)
        {
            failures.Error(test.Position, $"{Called(test)}: {recipient}: the rules ask for '{fact}', and nothing supplies it here",
                $"give the test a value: given: {{ {fact}: … }}");
        }
        if (decision.MissingFacts.Count == 0)
            failures.Error(test.Position, $"{Called(test)}: {recipient}: the rules come to no decision");
    }

    private MessageFacts? Open(RuleTest test, string path, SourceProblems failures)
    {
        try
        {
            if (readMail?.Invoke(test.Position.File, path) is { } mail)
                return mail;
            failures.Error(test.Position, $"{Called(test)}: there is no mail '{path}'", "the path is relative to the file that names it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failures.Error(test.Position, $"{Called(test)}: can't read the mail '{path}': {exception.Message}");
        }
        return null;
    }

    private async Task<(RuleDecision Decision, RuleStage Stage)> DecideAsync(
        RuleSet set, MessageFacts facts, RuleRecipient recipient, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var stage in RuleStages.InOrder)
        {
            var decision = await evaluator.EvaluateAsync(set, new StagedFacts(facts, stage), recipient, stage, now, cancellationToken);
            if (decision.IsCertain || stage == RuleStage.Body)
                return (decision, stage);
        }
        throw new InvalidOperationException("the last stage is the body's");
    }

    private static GivenFacts Facts(RuleSet set, RuleTest test, MessageFacts? stored)
    {
        var facts = new GivenFacts(test.Id, stored) { Unsupplied = set.Unsupplied.Keys };
        if (stored is not null && stored.Get(Fact.Sender).Shape is FactShape.NotKnown or FactShape.Absent
            && Texts(stored.Get(Fact.From)) is [var from, ..])
        {
            facts[Fact.Sender] = FactValue.Of(from);
            facts[Fact.SenderDomain] = FactValue.Of(new RuleRecipient(Canonical(from)).Domain);
        }
        foreach (var (fact, value) in test.Facts)
            facts[fact] = value;
        foreach (var (name, value) in test.Headers)
            facts.SetHeader(name, value);
        return facts;
    }

    private static IReadOnlyList<string> Texts(in FactValue value) => value.Shape switch
    {
        FactShape.Text => [value.Text],
        FactShape.Texts => value.Texts,
        _ => [],
    };

    private static string Canonical(string address)
    {
        var at = address.LastIndexOf('@');
        return at < 0 ? address : address[..(at + 1)] + address[(at + 1)..].ToLowerInvariant();
    }
}
