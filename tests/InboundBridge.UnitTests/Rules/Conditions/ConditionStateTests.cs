using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.UnitTests.Rules.Conditions;

/// <summary>
/// What conditions leave behind: captures only where the rule's match needs them, and no missing facts but those that the decision lacks.
/// </summary>
public class ConditionStateTests
{
    [Theory]
    [InlineData("any: [ { all: [ { recipient: '{x}@example.com' }, { sender: nobody@y.example } ] }, { recipient_domain: example.com } ]")]
    [InlineData("any: [ { not: { recipient: '{x}@example.com' } }, { recipient_domain: example.com } ]")]
    [InlineData("any: [ { attachment: { name: '{x}.exe', size: '> 1MB' } }, { recipient_domain: example.com } ]")]
    [InlineData("any: [ { subject: { starts_with: other, matches: '{x}' } }, { recipient_domain: example.com } ]")]
    [InlineData("not: { recipient: '{x}@other.example' }")]
    public void A_part_that_does_not_hold_captures_nothing(string when)
    {
        var attachments = FactValue.Of([new GivenAttachment("a.exe", "application/x-msdownload", 10, "00")]);
        var decision = RuleFixture.Decide(
            $"rules: [ {{ name: a, when: {{ {when} }}, then: [ webhook: inbox ] }} ]", "bob@example.com",
            (Fact.Sender, FactValue.Of("al@y.example")), (Fact.Subject, FactValue.Of("hello")), (Fact.Attachments, attachments));
        Assert.Equal(["a"], decision.MatchedRules);
        Assert.Empty(decision.Vars);
    }

    [Fact]
    public void Of_several_branches_that_capture_an_unknown_one_keeps_those_below_it_waiting()
    {
        var set = RuleFixture.Load(
            "rules: [ { name: a, when: { any: [ { subject: '{x}!' }, { recipient: '{x}@example.com' } ] }, then: [ reject: '{x}' ] } ]");
        var facts = RuleFixture.Facts((Fact.Subject, FactValue.Of("hello!")));
        Assert.False(RuleFixture.Decide(set, new StagedFacts(facts, RuleStage.Recipient), "bob@example.com").IsCertain);
        Assert.Equal("hello", RuleFixture.Decide(set, facts, "bob@example.com").Refusal!.Text);
        Assert.Equal("bob", RuleFixture.Decide(set, RuleFixture.Facts(), "bob@example.com").Refusal!.Text);
    }

    [Theory]
    [InlineData("not: { spf: fail, spam_score: '> 5' }", 3)]
    [InlineData("any: [ { spf: fail }, { spam_score: '> 5' } ]", 7)]
    public void A_condition_that_is_settled_leaves_no_missing_facts(string when, double score)
    {
        var set =
            RuleFixture.Load(
                $"rules: [ {{ name: a, when: {{ {when} }}, then: [ reject: '{{subject}}' ] }}, {{ name: b, then: [ webhook: inbox ] }} ]");
        var facts = new PartlyKnown(RuleFixture.Facts((Fact.SpamScore, FactValue.Of(score))), Fact.Spf, Fact.Subject);
        Assert.Equal([Fact.Subject], RuleFixture.Decide(set, facts, "bob@example.com").MissingFacts);
    }

    [Fact]
    public async Task A_script_does_not_run_while_a_cheaper_condition_is_unknown()
    {
        var runs = 0;
        var set =
            RuleFixture.Load(
                "rules: [ { name: a, when: { spf: fail, script: 'true' }, then: [ reject: no ] }, { name: b, then: [ webhook: inbox ] } ]");
        var evaluator = new RuleEvaluator(new CountingRunner(() => runs++));
        var facts = new PartlyKnown(RuleFixture.Facts(), Fact.Spf);
        var decision = await evaluator.EvaluateAsync(
            set, facts, new RuleRecipient("bob@example.com"), RuleStage.Body, RuleFixture.Now, TestContext.Current.CancellationToken);
        Assert.Equal([Fact.Spf], decision.MissingFacts);
        Assert.Equal(0, runs);
    }

    [Fact]
    public void A_condition_on_the_body_needs_both_texts()
    {
        var set =
            RuleFixture.Load(
                "rules: [ { name: a, when: { body: '*secret*' }, then: [ reject: no ] }, { name: b, then: [ webhook: inbox ] } ]");
        var known = RuleFixture.Facts((Fact.Text, FactValue.Of("open")), (Fact.Html, FactValue.Of("<p>secret</p>")));
        Assert.Equal(
            [Fact.Text, Fact.Html], RuleFixture.Decide(set, new PartlyKnown(known, Fact.Text, Fact.Html), "bob@example.com").MissingFacts);
        Assert.Equal([Fact.Html], RuleFixture.Decide(set, new PartlyKnown(known, Fact.Html), "bob@example.com").MissingFacts);
        Assert.NotNull(RuleFixture.Decide(set, known, "bob@example.com").Refusal);
        Assert.NotNull(RuleFixture.Decide(set, RuleFixture.Facts((Fact.Text, FactValue.Of("a secret"))), "bob@example.com").Refusal);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("'> 0'", false)]
    public void A_mail_without_attachments_has_none_of_them(string pattern, bool matches) =>
        Assert.Equal(
            matches,
            RuleFixture.Decide(
                $"rules: [ {{ name: a, when: {{ attachments: {pattern} }}, then: [ reject: no ] }} ]", "bob@example.com").Refusal
                is not null);

    [Fact]
    public void Samples_of_two_rules_are_independent()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { sample: 50% }, then: [ tag: a ] }
              - { name: b, when: { sample: 50% }, then: [ tag: b ] }
              - { name: c, then: [ webhook: inbox ] }
            """);
        var combinations = Enumerable.Range(0, 400)
            .Select(number => string.Join(' ', RuleFixture.Decide(set, new GivenFacts($"m{number}"), "bob@example.com").Tags))
            .CountBy(tags => tags)
            .ToDictionary(StringComparer.Ordinal);
        Assert.Equal(["", "a", "a b", "b"], combinations.Keys.Order(StringComparer.Ordinal));
        Assert.All(combinations.Values, count => Assert.InRange(count, 60, 140));
    }

    [Theory]
    [InlineData("09:00-17:00", "2026-01-02T09:00:00Z", true)]
    [InlineData("09:00-17:00", "2026-01-02T08:59:59Z", false)]
    [InlineData("09:00-17:00", "2026-01-02T16:59:59Z", true)]
    [InlineData("09:00-17:00", "2026-01-02T17:00:00Z", false)]
    [InlineData("22:00-06:00", "2026-01-02T22:00:00Z", true)]
    [InlineData("22:00-06:00", "2026-01-03T05:59:59Z", true)]
    [InlineData("22:00-06:00", "2026-01-03T06:00:00Z", false)]
    [InlineData("22:00-06:00", "2026-01-02T05:00:00Z", false)]
    public async Task Hours_include_their_beginning_and_not_their_end_and_belong_to_the_day_they_begin_on(
        string hours, string now, bool holds)
    {
        var set = RuleFixture.Load($"rules: [ {{ name: a, when: {{ time: {{ days: fri, hours: '{hours}' }} }}, then: [ reject: no ] }} ]");
        var instant = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        var decided = await new RuleEvaluator().EvaluateAsync(
            set, RuleFixture.Facts(), new RuleRecipient("bob@example.com"), RuleStage.Body, instant, CancellationToken.None);
        Assert.Equal(holds, decided.Refusal is not null);
    }

    /// <summary>Some facts stay unknown.</summary>
    private sealed class PartlyKnown(MessageFacts all, params Fact[] unknown) : MessageFacts
    {
        public override string Id => all.Id;

        public override FactValue Get(Fact fact) => unknown.Contains(fact) ? FactValue.NotKnown : all.Get(fact);

        public override FactValue Header(string name) => all.Header(name);
    }

    private sealed class CountingRunner(Action count) : IScriptRunner
    {
        public ValueTask<ScriptAnswer> RunAsync(ScriptRequest request, CancellationToken cancellationToken)
        {
            count();
            return ValueTask.FromResult(new ScriptAnswer(JsonValue.Create(true), [], [], null));
        }
    }
}
