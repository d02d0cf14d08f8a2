using InboundBridge.Configuration.Destinations;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Testing;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Rules;

/// <summary>A world for rules: some destinations, some files, no disk unless a folder is named.</summary>
internal static class RuleFixture
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly Dictionary<string, string> Destinations = new(StringComparer.Ordinal)
    {
        ["inbox"] = "webhook",
        ["helpdesk"] = "webhook",
        ["archive"] = "webhook",
        ["canary"] = "webhook",
        ["mailboxes"] = "lmtp",
        ["outbound"] = "relay",
    };

    /// <summary>Kinds as the appliance describes its own.</summary>
    public static readonly IReadOnlyList<RuleDestinationKind> Kinds = DestinationKinds.ForRules;

    public static readonly IReadOnlyList<string> KindNames = DestinationKinds.Names;

    public static RuleSetEnvironment Environment(Func<string, string?>? files = null) => new()
    {
        Kinds = Kinds,
        Destinations = Destinations,
        Domains = ["example.com", "in.example.com", "*.in.example.com"],
        ReadFile = (_, path) => files?.Invoke(path),
    };

    public static RuleSet LoadAs(string file, string yaml)
    {
        var problems = new SourceProblems();
        var set = RuleSetLoader.Load([new RuleFile(file, yaml)], Environment(), problems);
        Assert.True(set is not null, string.Join("\n", problems.Items));
        return set;
    }

    public static RuleSet Load(string yaml, Func<string, string?>? files = null, bool defaultRefuses = false)
    {
        var problems = new SourceProblems();
        var set =
            RuleSetLoader.Load(
                [new RuleFile("rules.yaml", yaml)],
                Environment(files) with { DefaultRefusal = defaultRefuses ? RuleRefusalKind.Reject : null }, problems);
        Assert.True(set is not null, string.Join("\n", problems.Items));
        return set;
    }

    /// <summary>Every problem as <c>check</c> prints it.</summary>
    public static IReadOnlyList<string> Problems(string yaml, string file = "rules.yaml", Func<string, string?>? files = null)
    {
        var problems = new SourceProblems();
        RuleSetLoader.Load([new RuleFile(file, yaml)], Environment(files), problems);
        return [.. problems.Items.Select(problem => problem.ToString())];
    }

    public static RuleDecision Decide(
        RuleSet set, MessageFacts facts, string recipient, RuleStage stage = RuleStage.Body, IScriptRunner? scripts = null)
    {
        var decision =
            new RuleEvaluator(scripts).EvaluateAsync(set, facts, new RuleRecipient(recipient), stage, Now, CancellationToken.None).AsTask();
        Assert.True(decision.IsCompletedSuccessfully);
        return decision.GetAwaiter().GetResult();
    }

    public static RuleDecision Decide(string yaml, string recipient, params (Fact Fact, FactValue Value)[] known) =>
        Decide(Load(yaml), Facts(known), recipient);

    public static GivenFacts Facts(params (Fact Fact, FactValue Value)[] known)
    {
        var facts = new GivenFacts("m1");
        foreach (var (fact, value) in known)
            facts[fact] = value;
        return facts;
    }

    /// <summary>Runs a file's own tests; the failures as printed.</summary>
    public static async Task<IReadOnlyList<string>> RunTestsAsync(RuleSet set, IScriptRunner? scripts = null)
    {
        var report = await new RuleTestRunner(new RuleEvaluator(scripts)).RunAsync(set, TestContext.Current.CancellationToken);
        return [.. report.Results.SelectMany(result => result.Failures.Select(failure => $"{result.Test.Name}: {failure}"))];
    }
}
