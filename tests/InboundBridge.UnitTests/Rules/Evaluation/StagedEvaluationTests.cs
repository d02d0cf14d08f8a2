using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;

namespace InboundBridge.UnitTests.Rules.Evaluation;

/// <summary>As early as the facts allow, and never different from what everything known would decide.</summary>
public class StagedEvaluationTests
{
    [Fact]
    public void Whatever_is_known_first_a_certain_decision_is_the_final_one() =>
        Assert.All(Enumerable.Range(0, 2000), Holds);

    [Theory]
    [InlineData("when: { recipient: x@example.com }", RuleStage.Recipient)]
    [InlineData("when: { recipient: x@example.com, sender: '*' }", RuleStage.Recipient)]
    [InlineData("when: { recipient: x@example.com, subject: '*' }", RuleStage.Header)]
    [InlineData("when: { recipient: x@example.com, text: '*' }", RuleStage.Body)]
    [InlineData("when: { any: [ { subject: '*' }, { recipient: x@example.com } ] }", RuleStage.Recipient)]
    [InlineData("when: { not: { subject: a, recipient: y@example.com } }", RuleStage.Recipient)]
    public void A_refusal_is_given_as_soon_as_it_is_certain(string when, RuleStage expected)
    {
        var set = RuleFixture.Load($"rules: [ {{ name: a, {when}, then: [ reject: no ] }} ]");
        Assert.Equal(expected, FirstCertain(set));
    }

    [Fact]
    public void A_refusal_waits_for_an_open_rule_above_that_could_deliver() =>
        Assert.Equal(RuleStage.Header, FirstCertain(RuleFixture.Load("""
        rules:
          - { name: a, when: { subject: vip }, then: [ webhook: inbox ] }
          - { name: b, then: [ reject: no ] }
        """)));

    [Fact]
    public void An_open_rule_that_only_tags_does_not() => Assert.Equal(RuleStage.Recipient, FirstCertain(RuleFixture.Load("""
        rules:
          - { name: a, when: { subject: vip }, then: [ tag: vip ] }
          - { name: b, then: [ reject: no ] }
        """)));

    [Fact]
    public void Unless_the_refusal_depends_on_the_tag() => Assert.Equal(RuleStage.Header, FirstCertain(RuleFixture.Load("""
        rules:
          - { name: a, when: { subject: vip }, then: [ tag: vip ] }
          - { name: b, when: { not: { tagged: vip } }, then: [ reject: no ] }
        """)));

    [Fact]
    public void A_delivery_waits_for_the_tags_that_it_carries() => Assert.Equal(RuleStage.Header, FirstCertain(RuleFixture.Load("""
        rules:
          - { name: a, when: { subject: vip }, then: [ tag: vip ] }
          - { name: b, then: [ webhook: inbox ] }
        """)));

    [Fact]
    public void A_text_that_quotes_the_subject_waits_for_it() =>
        Assert.Equal(RuleStage.Header, FirstCertain(RuleFixture.Load("rules: [ { name: a, then: [ reject: 'no {subject}' ] } ]")));

    [Fact]
    public void Where_the_default_refuses_nothing_matched_is_certain_early()
    {
        const string rules = "rules: [ { name: a, when: { subject: vip }, then: [ tag: vip ] } ]";
        Assert.Equal(RuleStage.Recipient, FirstCertain(RuleFixture.Load(rules, defaultRefuses: true)));
        Assert.Equal(RuleStage.Header, FirstCertain(RuleFixture.Load(rules)));
    }

    [Fact]
    public void Only_the_cheapest_open_question_is_asked_for()
    {
        var set = RuleFixture.Load("rules: [ { name: a, when: { virus: true, spf: fail, subject: x }, then: [ reject: no ] } ]");
        var facts =
            new RevealedFacts(
                RuleFixture.Facts(
                    (Fact.Subject, FactValue.Of("x")), (Fact.Spf, FactValue.Of("fail")), (Fact.Virus, FactValue.Of("Eicar"))));
        Assert.Equal([Fact.Subject], RuleFixture.Decide(set, facts, "x@example.com").MissingFacts);
        facts.Known.Add(Fact.Subject);
        Assert.Equal([Fact.Spf], RuleFixture.Decide(set, facts, "x@example.com").MissingFacts);
        facts.Known.Add(Fact.Spf);
        Assert.Equal([Fact.Virus], RuleFixture.Decide(set, facts, "x@example.com").MissingFacts);
        facts.Known.Add(Fact.Virus);
        Assert.NotNull(RuleFixture.Decide(set, facts, "x@example.com").Refusal);
    }

    [Fact]
    public void Expensive_facts_are_not_computed_when_a_cheap_one_settles_the_condition()
    {
        var set =
            RuleFixture.Load("rules: [ { name: a, when: { text: '*x*', virus: true, recipient_local: other }, then: [ reject: no ] } ]");
        var facts = new RevealedFacts(RuleFixture.Facts());
        RuleFixture.Decide(set, facts, "x@example.com");
        Assert.Empty(facts.Asked);
    }

    private static RuleStage FirstCertain(RuleSet set)
    {
        var all =
            RuleFixture.Facts(
                (Fact.Subject, FactValue.Of("Hello")), (Fact.Text, FactValue.Of("Text")), (Fact.Sender, FactValue.Of("s@y.example")));
        return RuleStages.InOrder.First(stage => RuleFixture.Decide(set, new StagedFacts(all, stage), "x@example.com", stage).IsCertain);
    }

    [Fact]
    public void The_index_leaves_out_only_rules_that_would_not_match() =>
        Assert.All(Enumerable.Range(0, 5000), HoldsWithoutIndex);

    private static void HoldsWithoutIndex(int seed)
    {
        var random = new Random(seed);
        var set = RuleFixture.Load(RandomRules.Write(random));
        var (facts, recipient) = (RandomRules.Facts(random), RandomRules.Recipient(random));
        var state = EvaluationState.Rent(facts, new RuleRecipient(recipient), RuleFixture.Now);
        state.Candidates.AddRange(Enumerable.Range(0, set.Rules.Count).Where(place => set.Rules[place].Enabled));
        var expected = RuleRun.Advance(set, state)!;
        state.Return();
        if (expected.Errors.Count == 0)
            Same(expected, RuleFixture.Decide(set, facts, recipient));
    }

    private static void Holds(int seed)
    {
        var random = new Random(seed);
        var set = RuleFixture.Load(RandomRules.Write(random), defaultRefuses: random.Next(2) == 0);
        var all = RandomRules.Facts(random);
        var recipient = RandomRules.Recipient(random);
        var expected = RuleFixture.Decide(set, all, recipient);
        Assert.True(expected.IsCertain);

        var revealed = new RevealedFacts(all);
        for (var steps = 0; ; steps++)
        {
            var decision = RuleFixture.Decide(set, revealed, recipient);
            if (decision.IsCertain)
            {
                Assert.Equal(Kind(set, expected), Kind(set, decision));
                // An early refusal has the reply of the outcome that needs no unknown
                // condition; everything else is as it comes out in the end.
                if (Kind(set, decision) is null)
                    Same(expected, decision);
                return;
            }
            Assert.NotEmpty(decision.MissingFacts);
            Assert.All(decision.MissingFacts, fact => Assert.DoesNotContain(fact, revealed.Known));
            Assert.InRange(steps, 0, 40);
            // Sometimes what was asked for, sometimes anything, as stages do.
            var next = random.Next(2) == 0
                ? decision.MissingFacts[random.Next(decision.MissingFacts.Count)] : Fact.All[random.Next(Fact.All.Count)];
            revealed.Known.Add(next);
        }
    }

    private static RuleRefusalKind? Kind(RuleSet set, RuleDecision decision) =>
        decision.Refusal?.Kind ?? (decision.Deliveries.Count == 0 && set.Default == OutcomeSet.Rejected ? RuleRefusalKind.Reject : null);

    private static void Same(RuleDecision expected, RuleDecision actual)
    {
        Assert.Equal(expected.Refusal, actual.Refusal);
        Assert.Equal(expected.Deliveries, actual.Deliveries);
        Assert.Equal(expected.Rule, actual.Rule);
        if (expected.Refusal is not null || expected is { Deliveries.Count: 0 })
            return;
        Assert.Equal(expected.Tags, actual.Tags);
        Assert.Equal(expected.MatchedRules, actual.MatchedRules);
        Assert.Equal(expected.HeaderEdits, actual.HeaderEdits);
        Assert.Equal(expected.Vars.OrderBy(entry => entry.Key), actual.Vars.OrderBy(entry => entry.Key));
    }

    /// <summary>Lets out one fact after the other, and keeps what was asked.</summary>
    private sealed class RevealedFacts(MessageFacts all) : MessageFacts
    {
        public HashSet<Fact> Known { get; } = [];

        public HashSet<Fact> Asked { get; } = [];

        public override string Id => all.Id;

        public override FactValue Get(Fact fact)
        {
            Asked.Add(fact);
            return Known.Contains(fact) ? all.Get(fact) : FactValue.NotKnown;
        }

        public override FactValue Header(string name) => Known.Contains(Fact.Subject) ? all.Header(name) : FactValue.NotKnown;
    }
}
