using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Routing;
using InboundBridge.Rules.Facts;
using InboundBridge.UnitTests.MailFlow.Metrics;

namespace InboundBridge.UnitTests.MailFlow.Reception;

public class ShadowRulesTests
{
    private const string Mail = "From: al@customer.example\nSubject: Order 12\n\nHello\n";

    private const string Live = """
        rules:
          - { name: orders, when: { subject: "Order {n}" }, then: [ webhook: hook ] }
          - { name: gone, when: { recipient: old@example.com }, then: [ reject: gone ] }
          - { name: rest, then: [ hold: rest ] }
        """;

    [Fact]
    public async Task Equal_decisions_are_not_reported()
    {
        await using var fixture = await ReceptionFixture.CreateAsync(
            Live, shadow: Live.Replace("name: orders", "name: another name", StringComparison.Ordinal));
        Assert.Equal(250, (await fixture.SendAsync(Mail, "bob@example.com", "al@example.com")).Code);
        await fixture.Shadow.DrainAsync();
        Assert.Equal((2, 0, 0), (fixture.Shadow.Compared, fixture.Shadow.Diverged, fixture.Shadow.Skipped));
    }

    [Fact]
    public async Task A_different_destination_is_listed_and_counted_but_not_used()
    {
        await using var fixture = await ReceptionFixture.CreateAsync(Live, shadow: """
            rules:
              - { name: vips, when: { sender: "*@customer.example", recipient: bob@example.com }, then: [ tag: vip, webhook: other ] }
              - { name: orders, when: { subject: "Order {n}" }, then: [ webhook: hook ] }
              - { name: rest, then: [ hold: rest ] }
            """);
        await fixture.SendAsync(Mail, "bob@example.com", "al@example.com");
        await fixture.Shadow.DrainAsync();

        var divergence = Assert.Single(fixture.Shadow.Recent);
        Assert.Equal(("bob@example.com", RuleStage.Body, "test"), (divergence.Recipient, divergence.Stage, divergence.ConfigVersion));
        Assert.Equal(new RoutedOutcome("orders", "to hook for bob@example.com; vars: n=12"), divergence.Live);
        Assert.Equal(new RoutedOutcome("vips", "to other for bob@example.com; tags: vip"), divergence.Shadow);
        Assert.Equal(["{rule=\"vips\"} 1"], await MetricsText.SamplesAsync(fixture.Metrics, "rules_shadow_divergence_total"));
        Assert.Equal("hook", Assert.Single(await fixture.DeliveriesAsync()).Destination);
        Assert.Equal((await fixture.DeliveriesAsync())[0].MessageId, divergence.MessageId);
    }

    [Fact]
    public async Task A_recipient_that_only_one_rule_set_refuses_is_reported_without_a_message()
    {
        await using var fixture = await ReceptionFixture.CreateAsync(
            "rules: [ { name: gone, when: { recipient: old@example.com }, then: [ reject: gone ] }, { name: rest, then: [ webhook: hook ] } ]",
            shadow: "rules: [ { name: by subject, when: { subject: x }, then: [ hold: x ] }, { name: rest, then: [ webhook: hook ] } ]");
        await fixture.MailAsync();
        Assert.Equal(550, (await fixture.RcptAsync("old@example.com")).Code);
        await fixture.Shadow.DrainAsync();
        var divergence = Assert.Single(fixture.Shadow.Recent);
        Assert.Equal((RuleStage.Recipient, "reject 550 5.7.1 gone", "undecided, needs subject"), (
            divergence.Stage, divergence.Live.Effect, divergence.Shadow.Effect));
        Assert.Equal("gone", divergence.Rule);
    }

    [Theory]
    [InlineData(int.MaxValue, 5000, RuleStage.Body)]
    [InlineData(200, 5000, RuleStage.Body)]
    [InlineData(200, 20_000, RuleStage.Header)]
    public async Task A_refused_message_is_compared_by_the_part_that_had_come(int chunk, int size, RuleStage stage)
    {
        await using var fixture = await ReceptionFixture.CreateAsync(
            "rules: [ { name: spam, when: { subject: \"*viagra*\" }, then: [ reject: no ] }, { name: rest, then: [ webhook: hook ] } ]",
            shadow: "rules: [ { name: spam, when: { subject: \"*viagra*\" }, then: [ hold: spam ] }, { name: rest, then: [ webhook: hook ] } ]");
        await fixture.MailAsync();
        await fixture.RcptAsync("bob@example.com");
        Assert.Equal(550, Assert.Single(await fixture.DataAsync($"Subject: Viagra\n\n{new string('x', size)}\n", chunk)).Code);
        await fixture.Shadow.DrainAsync();
        var divergence = Assert.Single(fixture.Shadow.Recent);
        Assert.Equal((stage, "reject 550 5.7.1 no", "hold: spam"), (divergence.Stage, divergence.Live.Effect, divergence.Shadow.Effect));
    }

    [Fact]
    public async Task A_large_message_is_read_from_the_spool_and_a_large_refused_one_is_skipped()
    {
        var large = $"Subject: Order 1\n\n{string.Concat(Enumerable.Repeat(new string('x', 70) + "\n", 6000))}";
        await using var fixture = await ReceptionFixture.CreateAsync(
            "rules: [ { name: no, when: { subject: x, size: \"> 1KB\", text: \"*\" }, then: [ reject: no ] }, { name: rest, then: [ webhook: hook ] } ]",
            shadow: "rules: [ { name: rest, then: [ webhook: other ] } ]");
        await fixture.SendAsync(large, "bob@example.com");
        await fixture.SendAsync(large.Replace("Order 1", "x", StringComparison.Ordinal), "bob@example.com");
        await fixture.Shadow.DrainAsync();
        Assert.Equal((1, 1, 1), (fixture.Shadow.Compared, fixture.Shadow.Diverged, fixture.Shadow.Skipped));
    }

    [Fact]
    public async Task A_failure_of_shadow_rules_affects_no_message()
    {
        await using var fixture = await ReceptionFixture.CreateAsync(
            Live, shadow: "rules: [ { name: script, then: [ script: \"reject('x')\" ] } ]");
        Assert.Equal(250, (await fixture.SendAsync(Mail, "bob@example.com")).Code);
        await fixture.Shadow.DrainAsync();
        Assert.StartsWith("defer 451 4.3.5", Assert.Single(fixture.Shadow.Recent).Shadow.Effect, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comparisons_beyond_the_limit_are_dropped_and_counted()
    {
        await using var fixture = await ReceptionFixture.CreateAsync(Live, shadow: Live);
        await fixture.Shadow.DisposeAsync();
        Assert.Equal(250, (await fixture.SendAsync(Mail, "bob@example.com")).Code);
        Assert.Equal(1, fixture.Shadow.Skipped);
    }
}
