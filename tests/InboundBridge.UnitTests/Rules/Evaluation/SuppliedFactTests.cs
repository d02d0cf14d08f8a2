using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.Rules.Evaluation;

/// <summary>Facts that cost something: evaluate, see what is missing, have that supplied, evaluate again.</summary>
public class SuppliedFactTests
{
    private static readonly RuleSet SpfFail =
        RuleFixture.Load("rules: [ { name: a, when: { spf: fail }, then: [ reject: no ] }, { name: b, then: [ webhook: inbox ] } ]");

    [Fact]
    public async Task A_fact_that_is_supplied_later_decides_when_it_is_there()
    {
        var facts = new AskedFacts(Fact.Spf);
        var deciding = Evaluate(SpfFail, facts);
        Assert.False(deciding.IsCompleted);
        Assert.Equal([Fact.Spf], facts.Asked);
        facts.Answer(Fact.Spf, FactValue.Of("fail"));
        var decision = await deciding;
        Assert.True(decision.IsCertain);
        Assert.Equal("a", decision.Rule);
        Assert.NotNull(decision.Refusal);
    }

    [Fact]
    public async Task Several_that_are_missing_at_once_are_asked_for_at_once()
    {
        var set = RuleFixture.Load("rules: [ { name: a, when: { spf: fail, dnsbl: true }, then: [ reject: no ] } ]");
        var facts = new AskedFacts(Fact.Spf, Fact.Dnsbl);
        var deciding = Evaluate(set, facts);
        Assert.Equal([FactSet.Of([Fact.Spf, Fact.Dnsbl])], facts.Requests);
        facts.Answer(Fact.Dnsbl, FactValue.Of("zen.example.net"));
        Assert.False(deciding.IsCompleted);
        facts.Answer(Fact.Spf, FactValue.Of("fail"));
        Assert.NotNull((await deciding).Refusal);
    }

    [Fact]
    public async Task An_expensive_fact_is_asked_for_only_if_a_cheaper_one_does_not_settle_the_condition()
    {
        var set =
            RuleFixture.Load(
                "rules: [ { name: a, when: { virus: true, spf: fail }, then: [ reject: no ] }, { name: b, then: [ webhook: inbox ] } ]");
        var facts = new AskedFacts(Fact.Spf, Fact.Virus);
        var deciding = Evaluate(set, facts);
        Assert.Equal([Fact.Spf], facts.Asked);
        facts.Answer(Fact.Spf, FactValue.Of("fail"));
        facts.Answer(Fact.Virus, FactValue.Of("Eicar"));
        Assert.NotNull((await deciding).Refusal);
        Assert.Equal([Fact.Spf, Fact.Virus], facts.Asked);

        facts = new AskedFacts(Fact.Spf, Fact.Virus);
        deciding = Evaluate(set, facts);
        facts.Answer(Fact.Spf, FactValue.Of("pass"));
        Assert.Equal("b", (await deciding).Rule);
        Assert.Equal([Fact.Spf], facts.Asked);
    }

    [Fact]
    public void Nothing_is_asked_for_that_no_rule_needs()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { recipient: bob@example.com }, then: [ webhook: inbox ] }
              - { name: b, when: { spf: fail }, then: [ reject: no ] }
            """);
        var facts = new AskedFacts(Fact.Spf);
        var deciding = Evaluate(set, facts, "bob@example.com");
        Assert.True(deciding.IsCompletedSuccessfully);
        Assert.Empty(facts.Asked);
        Assert.False(Evaluate(set, facts).IsCompleted);
        Assert.Equal([Fact.Spf], facts.Asked);
    }

    [Fact]
    public void Nothing_is_asked_for_while_the_header_may_settle_it()
    {
        var set = RuleFixture.Load("rules: [ { name: a, when: { subject: vip, spf: fail }, then: [ reject: no ] } ]");
        var facts = new AskedFacts(Fact.Spf);
        var staged = new StagedFacts(facts, RuleStage.Recipient);
        var decision = RuleFixture.Decide(set, staged, "x@example.com", RuleStage.Recipient);
        Assert.False(decision.IsCertain);
        Assert.Equal([Fact.Subject], decision.MissingFacts);
        Assert.Empty(facts.Asked);
    }

    [Fact]
    public async Task What_its_supplier_can_not_tell_stays_unknown_and_is_not_asked_for_again()
    {
        var facts = new AskedFacts(Fact.Spf);
        var deciding = Evaluate(SpfFail, facts);
        facts.Fail(Fact.Spf);
        var decision = await deciding;
        Assert.False(decision.IsCertain);
        Assert.Equal([Fact.Spf], decision.MissingFacts);
        Assert.False((await Evaluate(SpfFail, facts)).IsCertain);
        Assert.Equal([Fact.Spf], facts.Asked);
    }

    [Fact]
    public async Task Rules_that_decide_without_it_do_so_although_its_supplier_failed()
    {
        var set = RuleFixture.Load("rules: [ { name: a, when: { any: [ { spf: fail }, { virus: true } ] }, then: [ reject: no ] } ]");
        var facts = new AskedFacts(Fact.Spf, Fact.Virus);
        var deciding = Evaluate(set, facts);
        facts.Fail(Fact.Spf);
        Assert.False((await deciding).IsCertain);
        facts.Settle(Fact.Virus, FactValue.Of("Eicar"));
        Assert.NotNull((await Evaluate(set, facts)).Refusal);
    }

    [Fact]
    public async Task A_supplier_that_neither_answers_nor_fails_is_not_asked_for_ever()
    {
        var facts = new AskedFacts(Fact.Spf) { ForgetsToSettle = true };
        var deciding = Evaluate(SpfFail, facts);
        facts.Fail(Fact.Spf);
        Assert.False((await deciding).IsCertain);
        Assert.Equal([Fact.Spf], facts.Asked);
    }

    [Fact]
    public async Task Dry_runs_and_explanations_have_it_supplied_as_live_decisions_do()
    {
        var facts = new AskedFacts(Fact.Spf);
        var evaluator = new RuleEvaluator();
        var recipient = new RuleRecipient("x@example.com");
        var deciding = evaluator.DecideAsync(SpfFail, facts, recipient, RuleFixture.Now, TestContext.Current.CancellationToken).AsTask();
        Assert.False(deciding.IsCompleted);
        facts.Answer(Fact.Spf, FactValue.Of("fail"));
        Assert.Equal("a", (await deciding).Rule);

        facts = new AskedFacts(Fact.Spf);
        var explaining =
            new RuleExplainer(evaluator).ExplainAsync(SpfFail, facts, recipient, RuleFixture.Now, TestContext.Current.CancellationToken)
                .AsTask();
        Assert.False(explaining.IsCompleted);
        facts.Answer(Fact.Spf, FactValue.Of("fail"));
        var explanation = await explaining;
        Assert.Equal("a", explanation.Decision.Rule);
        Assert.Equal(RuleStage.Recipient, explanation.Stage);
        Assert.Equal("fail", explanation.Rules[0].When.Actual);
    }

    [Fact]
    public void Known_facts_decide_without_a_turn_and_without_more_allocation_than_the_decision()
    {
        var set =
            RuleFixture.Load(
                "rules: [ { name: a, when: { subject: x }, then: [ reject: no ] }, { name: b, when: { spf: fail }, then: [ reject: no ] } ]");
        var (facts, recipient, evaluator) =
            (new StagedFacts(RuleFixture.Facts(), RuleStage.Recipient), new RuleRecipient("x@example.com"), new RuleEvaluator());
        long before = 0;
        for (var round = 0; round < 200; round++)
        {
            if (round == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            var decided = evaluator.EvaluateAsync(set, facts, recipient, RuleStage.Recipient, RuleFixture.Now, CancellationToken.None);
            Assert.True(decided.IsCompletedSuccessfully);
        }
        // One uncertain decision a round: an object of 12 fields.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 160);
    }

    private static Task<RuleDecision> Evaluate(RuleSet set, MessageFacts facts, string recipient = "x@example.com") => new RuleEvaluator()
        .EvaluateAsync(set, facts, new RuleRecipient(recipient), RuleStage.Body, RuleFixture.Now, TestContext.Current.CancellationToken)
            .AsTask();

    /// <summary>Everything is absent but some facts that have to be asked for; the test answers.</summary>
    private sealed class AskedFacts(params Fact[] suppliable) : MessageFacts
    {
        private readonly Dictionary<Fact, FactValue> _values = [];
        private readonly Dictionary<Fact, TaskCompletionSource> _open =
            suppliable.ToDictionary(fact => fact, _ => new TaskCompletionSource());
        private FactSet _suppliable = FactSet.Of(suppliable);

        public bool ForgetsToSettle { get; init; }

        public List<Fact> Asked { get; } = [];

        public List<FactSet> Requests { get; } = [];

        public override string Id => "m1";

        public override FactSet Suppliable => _suppliable;

        public override FactValue Get(Fact fact) =>
            _values.TryGetValue(fact, out var value) ? value : suppliable.Contains(fact) ? FactValue.NotKnown : FactValue.Absent;

        public override FactValue Header(string name) => FactValue.Absent;

        public override async ValueTask SupplyAsync(FactSet facts, CancellationToken cancellationToken)
        {
            Requests.Add(facts);
            Asked.AddRange(facts.ToList());
            foreach (var fact in facts.ToList())
                await _open[fact].Task;
        }

        public void Answer(Fact fact, FactValue value)
        {
            Settle(fact, value);
            _open[fact].SetResult();
        }

        public void Settle(Fact fact, FactValue value)
        {
            _values[fact] = value;
            _suppliable = _suppliable.Without(FactSet.Of(fact));
        }

        public void Fail(Fact fact)
        {
            if (!ForgetsToSettle)
                _suppliable = _suppliable.Without(FactSet.Of(fact));
            _open[fact].SetResult();
        }
    }
}
