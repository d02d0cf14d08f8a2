using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;

namespace InboundBridge.Rules.Evaluation;

/// <summary>Rules that were loaded together, and are replaced together. Safe for any number of concurrent evaluations.</summary>
public sealed class RuleSet
{
    private readonly Dictionary<string, Rule> _byName;

    internal RuleSet(IReadOnlyList<Rule> rules, IReadOnlyList<RuleTest> tests, RuleSetEnvironment environment)
    {
        Rules = rules;
        Tests = tests;
        Default = environment.DefaultRefusal is { } kind ? OutcomeSets.Of(kind) : OutcomeSet.Delivered;
        Unsupplied = environment.Unsupplied;
        Environment = environment;
        Index = new RuleIndex(rules);
        ReadsContent = rules.Any(rule => rule.Enabled && (rule.HasScript || rule.When.Cost >= FactCost.Structure));
        _byName = rules.ToDictionary(rule => rule.Name, StringComparer.Ordinal);
    }

    /// <summary>A set without rules: <c>rules.default</c> decides every message.</summary>
    public static RuleSet Empty { get; } = new([], [],
        new RuleSetEnvironment { Destinations = new Dictionary<string, string>(StringComparer.Ordinal) });

    /// <summary>In order of evaluation; disabled ones included.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>The tests of the rule files.</summary>
    public IReadOnlyList<RuleTest> Tests { get; }

    /// <summary>Some rule may read text, HTML or attachments of a mail, or has a script, which may read everything.</summary>
    public bool ReadsContent { get; }

    /// <summary>Scripts may choose any option of a destination.</summary>
    public bool HasScripts => Rules.Any(rule => rule.Enabled && rule.HasScript);

    /// <summary>The outcome of <c>rules.default</c>; holding counts as delivering.</summary>
    internal OutcomeSet Default { get; }

    /// <summary>See <see cref="RuleSetEnvironment.Unsupplied"/>.</summary>
    internal IReadOnlyDictionary<Fact, string> Unsupplied { get; }

    internal RuleIndex Index { get; }

    internal RuleSetEnvironment Environment { get; }

    /// <summary>The same rules with other tests.</summary>
    internal RuleSet WithTests(IReadOnlyList<RuleTest> tests) => new(Rules, tests, Environment);

    internal string? KindOf(string destination) => Environment.Destinations.GetValueOrDefault(destination);

    /// <summary>Whether a word is the name of a kind of destination.</summary>
    internal bool IsKind(string name) => Environment.FindKind(name) is not null;

    /// <summary>Whether a destination is sent HTTP requests.</summary>
    internal bool MakesRequests(string destination) =>
        KindOf(destination) is { } kind && Environment.FindKind(kind)?.UrlOption is not null;

    /// <summary>
    /// Counts the rules that matched (hits, last hit, <c>rule_matches_total</c>). Evaluation itself counts nothing, because it runs at
    /// several stages, in tests and in dry runs: the caller counts once for each recipient, when it acts on the decision.
    /// </summary>
    /// <param name="metrics">Where it counts; null: nowhere but in the rules themselves.</param>
    public void CountHits(RuleDecision decision, DateTimeOffset now, RuleMetrics? metrics = null)
    {
        foreach (var name in decision.MatchedRules)
        {
            if (!_byName.TryGetValue(name, out var rule))
                continue;
            rule.CountHit(now);
            if (metrics is not null)
                rule.CountersIn(metrics).Matched();
        }
        foreach (var error in decision.Errors)
            if (metrics is not null && _byName.TryGetValue(error.Rule, out var rule))
                rule.CountersIn(metrics).Failed();
    }
}
