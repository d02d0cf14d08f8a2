using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.Rules.Evaluation;

/// <summary>What a continued rule delivers stays delivered whatever a later rule discards; a later refusal takes it back.</summary>
public class ContinuedRuleTests
{
    [Theory]
    [InlineData("webhook: archive", "discard", "archive", null)]
    [InlineData("hold: look at it", "discard", "held", null)]
    [InlineData("webhook: archive", "reject: no", "", RuleRefusalKind.Reject)]
    [InlineData("webhook: archive", "defer: later", "", RuleRefusalKind.Defer)]
    [InlineData("reject: no", "discard", "", RuleRefusalKind.Discard)]
    [InlineData("discard", "webhook: inbox", "inbox", null)]
    [InlineData("discard", "tag: seen", "", RuleRefusalKind.Discard)]
    [InlineData("tag: seen", "discard", "", RuleRefusalKind.Discard)]
    public void A_later_rule_withdraws_only_what_it_may(string first, string second, string delivered, RuleRefusalKind? refused)
    {
        var decision =
            RuleFixture.Decide(
                $"rules: [ {{ name: a, continue: true, then: [ {first} ] }}, {{ name: b, then: [ {second} ] }} ]", "x@example.com");
        Assert.Equal(delivered, string.Join(',', decision.Deliveries.Select(delivery => delivery.Destination ?? "held")));
        Assert.Equal(refused, decision.Refusal?.Kind);
    }

    [Fact]
    public void A_discard_ends_evaluation_all_the_same()
    {
        var decision = RuleFixture.Decide("""
            rules:
              - { name: copy, continue: true, then: [ webhook: archive ] }
              - { name: end, then: [ discard ] }
              - { name: below, then: [ webhook: inbox ] }
            """, "x@example.com");
        Assert.Equal(("end", "archive"), (decision.Rule, Assert.Single(decision.Deliveries).Destination));
    }

    [Fact]
    public void A_discard_after_a_refusal_does_not_restore_the_withdrawn_delivery()
    {
        var decision = RuleFixture.Decide("""
            rules:
              - { name: copy, continue: true, then: [ webhook: archive ] }
              - { name: refuse, continue: true, then: [ reject: no ] }
              - { name: end, then: [ discard ] }
            """, "x@example.com");
        Assert.Empty(decision.Deliveries);
        Assert.Equal(RuleRefusalKind.Discard, decision.Refusal?.Kind);
    }

    /// <summary>Only an earlier rule with continue can have delivered, so a discard isn't certain while that rule is open.</summary>
    [Fact]
    public void A_discard_waits_for_an_open_rule_above_it_that_may_deliver()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: copy, continue: true, when: { subject: x }, then: [ webhook: archive ] }
              - { name: end, then: [ discard ] }
            """);
        var facts = new StagedFacts(RuleFixture.Facts(), RuleStage.Recipient);
        Assert.False(RuleFixture.Decide(set, facts, "x@example.com", RuleStage.Recipient).IsCertain);
    }
}
