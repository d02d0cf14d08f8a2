using System.Text;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;

namespace InboundBridge.UnitTests.Rules.Evaluation;

/// <summary>A recipient is refused early exactly if all its reachable outcomes are refusals of the same kind (docs/rules.md).</summary>
public class ReachableOutcomeTests
{
    private static readonly Fact[] Open =
        [Fact.Helo, Fact.Subject, Fact.Text, Fact.Html, Fact.ClientName, Fact.DkimDomain, Fact.SpamAction];

    private static readonly string[] Keys = ["helo", "subject", "text", "html", "client_name", "dkim_domain", "spam_action"];

    [Fact]
    public void A_content_rule_above_does_not_let_unknown_recipients_in()
    {
        const string rules = """
            rules:
              - { name: exe, when: { attachment: { name: "*.exe" } }, then: [ reject: { code: 554, text: no programs } ] }
              - { name: al, when: { recipient: al@example.com }, then: [ webhook: inbox ] }
            """;
        var refused = AtRecipient(RuleFixture.Load(rules, defaultRefuses: true), "nobody@example.com");
        Assert.True(refused.IsCertain);
        // The reply is that of the outcome which needs no unknown condition: here rules.default.
        Assert.Null(refused.Refusal);
        Assert.Null(refused.Rule);
        Assert.False(AtRecipient(RuleFixture.Load(rules, defaultRefuses: true), "al@example.com").IsCertain);
        Assert.False(AtRecipient(RuleFixture.Load(rules), "nobody@example.com").IsCertain);
    }

    [Theory]
    [InlineData("reject: now", true)]
    [InlineData("defer: later", false)]
    [InlineData("discard", false)]
    [InlineData("hold: why", false)]
    [InlineData("tag: seen", true)]
    [InlineData("script: \"tag('x')\"", false)]
    public void Only_the_same_kind_of_refusal_counts(string action, bool certain)
    {
        var set = RuleFixture.Load($$"""
            rules:
              - { name: open, when: { subject: x }, then: [ {{action}} ] }
              - { name: gone, when: { recipient_local: gone }, then: [ reject: { code: 554, text: "{recipient} is gone" } ] }
            """);
        var decision = AtRecipient(set, "gone@example.com");
        Assert.Equal(certain, decision.IsCertain);
        Assert.Equal(certain ? "gone@example.com is gone" : null, decision.Refusal?.Text);
    }

    [Fact]
    public void Temporary_refusals_are_certain_likewise()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { subject: x }, then: [ defer: busy ] }
              - { name: b, then: [ defer: { code: 450, text: later } ] }
            """);
        Assert.Equal((450, "b"), (AtRecipient(set, "x@example.com").Refusal!.Code, AtRecipient(set, "x@example.com").Rule));
    }

    [Fact]
    public void A_refusal_whose_own_words_are_known_does_not_wait_for_a_tag_of_its_rule() =>
        Assert.Equal(
            "gone", AtRecipient(
                RuleFixture.Load("rules: [ { name: a, then: [ tag: '{subject}', reject: gone ] } ]"), "x@example.com").Refusal?.Text);

    [Fact]
    public void A_script_in_front_of_a_refusal_of_the_same_rule_changes_nothing() =>
        Assert.Equal(
            "gone", AtRecipient(
                RuleFixture.Load("rules: [ { name: a, then: [ script: \"tag('x')\", reject: gone ] } ]"), "x@example.com").Refusal?.Text);

    [Fact]
    public void A_refusal_that_quotes_an_unknown_fact_waits_whatever_rules_are_above() =>
        Assert.False(
            AtRecipient(
                RuleFixture.Load(
                    "rules: [ { name: a, when: { subject: x }, then: [ reject: a ] }, { name: b, then: [ reject: 'no {subject}' ] } ]"),
                    "x@example.com").IsCertain);

    [Fact]
    public void A_condition_on_a_script_is_an_unknown_condition()
    {
        var set =
            RuleFixture.Load("rules: [ { name: a, when: { script: 'true' }, then: [ reject: a ] }, { name: b, then: [ reject: b ] } ]");
        Assert.Equal("b", AtRecipient(set, "x@example.com").Refusal?.Text);
    }

    [Fact]
    public void The_decision_is_certain_exactly_where_every_value_of_the_unknown_facts_comes_to_the_same_kind_of_refusal() =>
        Assert.All(Enumerable.Range(0, 3000), IsExact);

    /// <summary>
    /// Each fact is asked for once, so that no two conditions depend on each other and every combination of their answers is possible.
    /// </summary>
    private static void IsExact(int seed)
    {
        var random = new Random(seed);
        var yaml = Write(random);
        var set = RuleFixture.Load(yaml, defaultRefuses: random.Next(2) == 0);
        var known = Enumerable.Range(0, Open.Length).Where(_ => random.Next(3) == 0).ToDictionary(place => place, _ => random.Next(2));
        var unknown = Enumerable.Range(0, Open.Length).Except(known.Keys).ToArray();
        var worlds = Enumerable.Range(0, 1 << unknown.Length)
            .Select(bits => RuleFixture.Decide(
                set, Facts(known.Concat(unknown.Select((place, bit) => KeyValuePair.Create(place, bits >> bit & 1)))), "x@example.com"))
                .ToList();
        var kinds = worlds.Select(world => Kind(set, world)).Distinct().ToList();
        var staged = RuleFixture.Decide(set, Facts(known, unknown), "x@example.com");

        var expected = unknown.Length == 0 || worlds.All(world => Same(world, worlds[0])) && staged.IsCertain || kinds is [not null];
        Assert.True(
            expected == staged.IsCertain,
            $"{yaml}known: {string.Join(',', known)}; outcomes: {string.Join(',', kinds.Select(kind => kind?.ToString() ?? "delivered"))}");
        if (!staged.IsCertain)
            return;
        // The reply of the world in which every open condition is false, and a reply that some world gives.
        var refused = staged.Refusal;
        Assert.Contains(worlds, world => Equals(world.Refusal, refused));
        Assert.Equal(Reference(yaml, set, known, unknown).Refusal, refused);
    }

    private static RuleRefusalKind? Kind(RuleSet set, RuleDecision decision) =>
        decision.Refusal?.Kind ?? (decision.Deliveries.Count == 0 && set.Default == OutcomeSet.Rejected ? RuleRefusalKind.Reject : null);

    private static bool Same(RuleDecision left, RuleDecision right) =>
        left.Refusal == right.Refusal && left.Deliveries.SequenceEqual(right.Deliveries) && left.Rule == right.Rule;

    /// <summary>A written value is "a"; a negated condition is false where the value is "a", any other one where it is "b".</summary>
    private static RuleDecision Reference(string yaml, RuleSet set, Dictionary<int, int> known, int[] unknown)
    {
        var negated = Keys.Select(key => yaml.Contains($"not: {{ {key}: a }}", StringComparison.Ordinal)).ToArray();
        return RuleFixture.Decide(
            set, Facts(known.Concat(unknown.Select(place => KeyValuePair.Create(place, negated[place] ? 0 : 1)))), "x@example.com");
    }

    private static GivenOrOpen Facts(IEnumerable<KeyValuePair<int, int>> known, int[]? unknown = null)
    {
        var all = RuleFixture.Facts([.. known.Select(entry => (Open[entry.Key], FactValue.Of(entry.Value == 0 ? "a" : "b")))]);
        return new GivenOrOpen(all, [.. (unknown ?? []).Select(place => Open[place])]);
    }

    private static string Write(Random random)
    {
        var yaml = new StringBuilder("rules:\n");
        var left = new Queue<string>(Keys.OrderBy(_ => random.Next()));
        for (var number = 0; number < random.Next(1, 7); number++)
        {
            var conditions = Enumerable.Range(0, random.Next(3)).Where(_ => left.Count > 0).Select(_ => left.Dequeue())
                .Select(key => random.Next(3) == 0 ? $"{{ not: {{ {key}: a }} }}" : $"{{ {key}: a }}").ToList();
            yaml.Append($"  - name: r{number}\n");
            if (conditions.Count > 0)
                yaml.Append($"    when: {{ {(random.Next(2) == 0 ? "all" : "any")}: [ {string.Join(", ", conditions)} ] }}\n");
            yaml.Append(random.Next(4) == 0 ? "    continue: true\n" : string.Empty);
            var action = random.Next(9) switch
            {
                0 or 1 or 2 or 3 => $"reject: r{number}",
                4 or 5 => $"defer: d{number}",
                6 => "discard",
                7 => "webhook: inbox",
                _ => "tag: t",
            };
            yaml.Append($"    then: [ {action} ]\n");
        }
        return yaml.ToString();
    }

    private static RuleDecision AtRecipient(RuleSet set, string recipient) =>
        RuleFixture.Decide(
            set, new StagedFacts(RuleFixture.Facts((Fact.Subject, FactValue.Of("x"))), RuleStage.Recipient), recipient,
            RuleStage.Recipient);

    private sealed class GivenOrOpen(MessageFacts all, HashSet<Fact> open) : MessageFacts
    {
        public override string Id => all.Id;

        public override FactValue Get(Fact fact) => open.Contains(fact) ? FactValue.NotKnown : all.Get(fact);

        public override FactValue Header(string name) => all.Header(name);
    }
}
