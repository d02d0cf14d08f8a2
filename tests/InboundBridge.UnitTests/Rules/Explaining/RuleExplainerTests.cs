using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.Rules.Explaining;

public class RuleExplainerTests
{
    private const string Rules = """
        rules:
          - { name: off, enabled: false, then: discard }
          - { name: other recipient, when: { recipient: al@example.com }, then: discard }
          - { name: big, when: { size: "> 10MB", text: "*x*" }, then: [ reject: too big ] }
          - { name: mark, when: { any: [ { sender: "*@y.example" }, { text: "*z*" } ] }, then: [ tag: y ] }
          - { name: tagged, when: { tagged: y, subject: "Order {n}" }, then: [ webhook: inbox ] }
          - { name: below, then: [ webhook: archive ] }
        """;

    [Fact]
    public async Task Every_rule_and_every_condition_says_what_it_saw()
    {
        var facts =
            RuleFixture.Facts(
                (Fact.Size, FactValue.Of(1000)), (Fact.Sender, FactValue.Of("x@y.example")), (Fact.Subject, FactValue.Of("Order 12")));
        var explanation = await Explain(facts);

        Assert.Equal(
            [RuleOutcome.Disabled, RuleOutcome.OtherRecipient, RuleOutcome.NotMatched, RuleOutcome.Matched, RuleOutcome.Decided,
                RuleOutcome.NotReached],
            explanation.Rules.Select(rule => rule.Outcome));
        Assert.Equal(RuleStage.Header, explanation.Stage);
        Assert.Equal("tagged", explanation.Decision.Rule);
        Assert.Equal(
            [
                "off: all",
                "other recipient: recipient al@example.com (skipped)",
                "big: all = False", "size > 10MB: 1000 = False", "text *x* (skipped)",
                "mark: any = True", "sender *@y.example: x@y.example = True", "text *z* (skipped)",
                "tagged: all = True", "tagged y: y = True", "subject Order {n}: Order 12 = True",
                "below: all",
            ],
            explanation.Rules.SelectMany(rule => Lines(rule.When).Select((line, index) => index == 0 ? $"{rule.Name}: {line}" : line)));
    }

    [Fact]
    public async Task An_early_refusal_names_its_stage()
    {
        var set = RuleFixture.Load("rules: [ { name: no, when: { recipient_local: bob }, then: [ reject: no ] } ]");
        var explanation = await new RuleExplainer(new RuleEvaluator())
            .ExplainAsync(
                set, RuleFixture.Facts(), new RuleRecipient("bob@example.com"), RuleFixture.Now, TestContext.Current.CancellationToken);
        Assert.Equal(RuleStage.Recipient, explanation.Stage);
        Assert.Equal(0, set.Rules[0].Hits);
    }

    private static async Task<RuleExplanation> Explain(MessageFacts facts) => await new RuleExplainer(new RuleEvaluator())
        .ExplainAsync(
            RuleFixture.Load(Rules), facts, new RuleRecipient("bob@example.com"), RuleFixture.Now, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Lines(ExplainedCondition condition)
    {
        var pattern = condition.Pattern is null ? string.Empty : $" {condition.Pattern}";
        var answer = condition.Answer is { } given
            ? $"{(condition.Actual is null ? string.Empty : $": {condition.Actual}")} = {given}"
            : condition.Pattern is null ? string.Empty : " (skipped)";
        return condition.Children.SelectMany(Lines).Prepend($"{condition.Label}{pattern}{answer}");
    }
}
