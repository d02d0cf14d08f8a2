using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.UnitTests.Rules.Evaluation;

/// <summary>How rules follow each other: who decides, what open rules keep waiting, which captures count, and what scripts add.</summary>
public class RuleRunTests
{
    [Fact]
    public void A_condition_on_a_capture_of_its_own_rule_may_be_written_in_front_of_it() => Assert.Equal("a", RuleFixture.Decide(
        "rules: [ { name: a, when: { vars: { n: '/^[0-9]+$/' }, recipient: 'case+{n}@example.com' }, then: [ webhook: inbox ] } ]",
        "case+12@example.com").Rule);

    [Fact]
    public void Of_two_captures_with_the_same_name_the_later_one_counts() => Assert.Equal("bob", RuleFixture.Decide(
        "rules: [ { name: a, when: { subject: '{x}!', recipient: '{x}@example.com' }, then: [ webhook: inbox ] } ]",
        "bob@example.com", (Fact.Subject, FactValue.Of("hello!"))).Vars["x"]);

    [Fact]
    public void A_name_that_this_branch_does_not_capture_is_the_var_of_a_rule_above() => Assert.Equal("b", RuleFixture.Decide("""
        rules:
          - { name: a, then: [ set: { n: "7" } ] }
          - name: b
            when: { any: [ { recipient: "case+{n}@example.com" }, { recipient: "{other}@example.com" } ], vars: { n: "7" } }
            then: [ webhook: inbox ]
        """, "bob@example.com").Rule);

    [Fact]
    public void A_list_with_a_pattern_that_no_index_holds_matches_as_a_whole() => Assert.Equal("a", RuleFixture.Decide(
        "rules: [ { name: a, when: { recipient: [a@example.com, '*fox*'] }, then: [ webhook: inbox ] } ]", "firefox@example.com").Rule);

    [Fact]
    public void A_rule_that_only_marks_is_not_reported_as_the_deciding_rule() => Assert.Equal("a", RuleFixture.Decide("""
        rules:
          - { name: a, continue: true, then: [ webhook: archive ] }
          - { name: b, then: [ tag: seen ] }
        """, "bob@example.com").Rule);

    [Theory]
    [InlineData("[ { set: { why: '{subject}' } }, { reject: '{why}' } ]")]
    [InlineData("[ { set: { s: '{subject}' } }, { script: 'set()' }, { reject: '{why}' } ]")]
    public void A_refusal_whose_text_its_own_rule_still_has_to_set_waits_for_it(string then)
    {
        var set = RuleFixture.Load($"rules: [ {{ name: a, then: {then} }} ]");
        var facts = new StagedFacts(RuleFixture.Facts((Fact.Subject, FactValue.Of("closed"))), RuleStage.Recipient);
        Assert.False(RuleFixture.Decide(set, facts, "bob@example.com").IsCertain);
    }

    [Fact]
    public void Only_the_facts_of_the_first_rule_that_could_end_it_are_missing()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { subject: vip }, then: [ tag: vip ] }
              - { name: b, when: { spf: fail }, then: [ reject: no ] }
              - { name: c, when: { virus: true }, then: [ reject: no ] }
              - { name: d, then: [ webhook: inbox ] }
            """);
        Assert.Equal([Fact.Spf],
            RuleFixture.Decide(set, new PartlyKnown(Fact.Subject, Fact.Spf, Fact.Virus), "bob@example.com").MissingFacts);
    }

    [Fact]
    public void A_script_that_may_set_a_var_keeps_conditions_on_vars_waiting()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { subject: vip }, continue: true, then: [ script: "set('x', '1')" ] }
              - { name: b, when: { not: { vars: { x: "1" } } }, then: [ reject: no ] }
              - { name: c, then: [ webhook: inbox ] }
            """);
        Assert.False(RuleFixture.Decide(set, new PartlyKnown(Fact.Subject), "bob@example.com").IsCertain);
    }

    [Fact]
    public void A_rule_that_can_not_be_applied_decides_nothing_while_a_rule_above_is_open()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { subject: vip }, then: [ reject: no ] }
              - { name: b, then: [ relay: { destination: outbound, to: "{sender}" } ] }
            """);
        Assert.False(RuleFixture.Decide(set, new PartlyKnown(Fact.Subject), "bob@example.com").IsCertain);
        Assert.Equal("b", Assert.Single(RuleFixture.Decide(set, RuleFixture.Facts(), "bob@example.com").Errors).Rule);
    }

    [Fact]
    public async Task A_rule_that_fails_is_answered_as_the_configuration_says()
    {
        var set = RuleFixture.Load("rules: [ { name: a, then: [ relay: { destination: outbound, to: '{sender}' } ] } ]");
        var refusal = new RuleRefusal(RuleRefusalKind.Reject, 554, "5.3.5", "Not accepted here");
        var decision = await new RuleEvaluator(onScriptError: refusal).EvaluateAsync(
            set, RuleFixture.Facts(), new RuleRecipient("bob@example.com"), RuleStage.Body, RuleFixture.Now,
            TestContext.Current.CancellationToken);
        Assert.Same(refusal, decision.Refusal);
    }

    [Fact]
    public async Task A_script_that_decides_nothing_lets_the_rules_below_it_decide()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, continue: true, then: [ webhook: archive ] }
              - { name: b, then: [ script: "1" ] }
              - { name: c, then: [ webhook: inbox ] }
            """);
        Assert.Equal(["archive", "inbox"],
            (await Run(set, RuleFixture.Facts(), new Answering(null))).Deliveries.Select(delivery => delivery.Destination));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("2", true)]
    [InlineData("\"\"", false)]
    [InlineData("\"x\"", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    [InlineData("[]", true)]
    public async Task A_script_condition_is_true_as_in_javascript(string value, bool expected)
    {
        var set = RuleFixture.Load("rules: [ { name: a, when: { script: '1' }, then: [ reject: no ] } ]");
        Assert.Equal(expected, (await Run(set, RuleFixture.Facts(), new Answering(JsonNode.Parse(value)))).Refusal is not null);
    }

    [Fact]
    public async Task What_a_script_logs_is_kept_where_no_rule_matches()
    {
        var set = RuleFixture.Load("rules: [ { name: a, when: { script: '1' }, then: [ reject: no ] } ]");
        Assert.Equal(["rules.yaml: said"], (await Run(set, RuleFixture.Facts(), new Answering(JsonValue.Create(false), "said"))).ScriptLog);
    }

    [Fact]
    public async Task A_script_does_not_run_while_a_rule_above_is_open()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { spf: fail }, continue: true, then: [ tag: forged ] }
              - { name: b, when: { script: "1" }, then: [ reject: no ] }
              - { name: c, then: [ webhook: inbox ] }
            """);
        var runner = new Answering(JsonValue.Create(true));
        Assert.False((await Run(set, new PartlyKnown(Fact.Spf), runner)).IsCertain);
        Assert.Equal(0, runner.Runs);
    }

    private static async Task<RuleDecision> Run(RuleSet set, MessageFacts facts, IScriptRunner runner) =>
        await new RuleEvaluator(runner).EvaluateAsync(
        set, facts, new RuleRecipient("bob@example.com"), RuleStage.Body, RuleFixture.Now, TestContext.Current.CancellationToken);

    /// <summary>These facts are unknown; all others are absent.</summary>
    private sealed class PartlyKnown(params Fact[] unknown) : MessageFacts
    {
        public override string Id => "m1";

        public override FactValue Get(Fact fact) => unknown.Contains(fact) ? FactValue.NotKnown : FactValue.Absent;

        public override FactValue Header(string name) => FactValue.Absent;
    }

    private sealed class Answering(JsonNode? value, params string[] log) : IScriptRunner
    {
        public int Runs { get; private set; }

        public ValueTask<ScriptAnswer> RunAsync(ScriptRequest request, CancellationToken cancellationToken)
        {
            Runs++;
            return ValueTask.FromResult(new ScriptAnswer(value, [], log, null));
        }
    }
}
