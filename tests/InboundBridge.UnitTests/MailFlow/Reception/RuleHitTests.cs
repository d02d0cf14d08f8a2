namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>A match of a rule is counted once for each recipient, at whichever stage the rules decided.</summary>
public class RuleHitTests
{
    private const string Rules = """
        rules:
          - { name: early, when: { recipient: "early@*" }, then: [ reject: no ] }
          - { name: header, when: { recipient: "header*@*", subject: hello }, then: [ reject: no ] }
          - { name: marked, when: { subject: hello }, then: [ tag: marked ] }
          - { name: all, then: [ webhook: hook ] }
        """;

    private static readonly string Large = $"From: al@customer.example\nSubject: hello\n\n{new string('x', 70)}\n"
        + string.Concat(Enumerable.Repeat(new string('y', 70) + "\n", 600));

    [Fact]
    public async Task A_refusal_at_rcpt_counts_for_each_refused_recipient()
    {
        await using var fixture = await ReceptionFixture.CreateAsync(Rules);
        await fixture.MailAsync();
        for (var count = 1; count <= 2; count++)
        {
            Assert.Equal(550, (await fixture.RcptAsync("early@example.com")).Code);
            Assert.Equal(count, Hits(fixture, "early"));
        }
    }

    [Fact]
    public async Task A_refusal_after_the_header_counts_once_for_each_recipient()
    {
        await using var fixture = await ReceptionFixture.CreateAsync(Rules);
        await fixture.MailAsync();
        await fixture.RcptAsync("header1@example.com");
        await fixture.RcptAsync("header2@example.com");
        Assert.Equal(550, Assert.Single(await fixture.DataAsync(Large, chunk: 4096)).Code);
        Assert.True(fixture.Body.Taken < Large.Length, "the rules were asked after the whole mail");
        Assert.Equal(2, Hits(fixture, "header"));
    }

    [Fact]
    public async Task What_is_asked_after_the_header_and_again_at_the_end_counts_once()
    {
        await using var fixture = await ReceptionFixture.CreateAsync(Rules);
        await fixture.MailAsync();
        await fixture.RcptAsync("header1@example.com");
        await fixture.RcptAsync("other@example.com");
        Assert.Equal(250, Assert.Single(await fixture.DataAsync(Large, chunk: 4096)).Code);
        Assert.Equal((1, 1, 1), (Hits(fixture, "header"), Hits(fixture, "marked"), Hits(fixture, "all")));
    }

    private static long Hits(ReceptionFixture fixture, string rule) =>
        fixture.Services.CurrentPolicy.Routing.Rules.Rules.Single(each => each.Name == rule).Hits;
}
