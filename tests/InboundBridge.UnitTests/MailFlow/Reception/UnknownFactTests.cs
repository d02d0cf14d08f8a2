using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Scripting;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>
/// A check that does not answer is an outcome, not a fault: the recipients whose rules need it are deferred, with a reason of their own,
/// and the log says which rule waits for which fact.
/// </summary>
public class UnknownFactTests
{
    private const string Mail = "From: al@customer.example\nSubject: hello\n\ntext\n";

    private const string Rules = """
        rules:
          - { name: plain, when: { recipient: "plain@*" }, then: [ webhook: hook ] }
          - { name: marked, when: { virus: true }, then: [ tag: infected ] }
          - { name: infected, when: { virus: true }, then: [ reject: infected ] }
          - { name: all, then: [ webhook: hook ] }
        """;

    private const string Detail = "rule 'infected' needs virus: scanners.clamav failed: the scanner is gone";

    [Fact]
    public async Task A_mail_is_deferred_and_the_detail_names_the_rule_that_would_decide()
    {
        await using var fixture = await CreateAsync(Rules);
        var reply = await fixture.SendAsync(Mail, "plain@example.com", "a@example.com");
        Assert.Equal((451, "4.3.0", "fact_unavailable"), (reply.Code, reply.Enhanced?.ToString(), reply.Reason));
        Assert.Equal("A check of this message can't be made now, try again later", reply.Text);
        Assert.Equal(("infected", Detail), (reply.LogRule, reply.LogDetail));
        Assert.Empty(await fixture.DeliveriesAsync());
    }

    [Fact]
    public async Task The_rule_that_would_only_tag_is_named_where_no_other_waits()
    {
        await using var fixture = await CreateAsync(
            "rules: [ { name: marked, when: { virus: true }, then: [ tag: infected ] }, { name: all, then: [ webhook: hook ] } ]");
        Assert.Equal("marked", (await fixture.SendAsync(Mail, "a@example.com")).LogRule);
    }

    [Fact]
    public async Task A_script_that_reads_an_answer_waits_for_it_too()
    {
        await using var fixture = await CreateAsync(
            "rules: [ { name: scripted, when: { script: 'message.authentication.virus !== null' }, then: [ reject: no ] }, { name: all, then: [ webhook: hook ] } ]",
            new RuleEvaluator(new NoScript()));
        var reply = await fixture.SendAsync(Mail, "a@example.com");
        Assert.Equal(("fact_unavailable", "scripted"), (reply.Reason, reply.LogRule));
    }

    [Fact]
    public async Task On_lmtp_the_other_recipients_are_delivered()
    {
        await using var fixture = await CreateAsync(Rules, mode: SmtpListenerMode.Lmtp);
        await fixture.MailAsync();
        await fixture.RcptAsync("plain@example.com");
        await fixture.RcptAsync("a@example.com");
        Assert.Equal([250, 451], (await fixture.DataAsync(Mail)).Select(reply => reply.Code));
        Assert.Equal("plain@example.com", Assert.Single(Assert.Single(await fixture.DeliveriesAsync()).Recipients).Address);
    }

    [Fact]
    public async Task Shadow_rules_that_lack_the_fact_are_undecided_and_not_a_fault()
    {
        await using var fixture = await CreateAsync(
            "rules: [ { name: all, then: [ webhook: hook ] } ]",
            shadow: "rules: [ { name: s, when: { virus: true }, then: [ reject: infected ] }, { name: all, then: [ webhook: hook ] } ]");
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        await fixture.Shadow.DrainAsync();
        Assert.Equal("undecided, needs virus", Assert.Single(fixture.Shadow.Recent).Shadow.Effect);
        Assert.Equal(0, fixture.Shadow.Skipped);
    }

    private static async Task<ReceptionFixture> CreateAsync(
        string rules, RuleEvaluator? evaluator = null, SmtpListenerMode mode = SmtpListenerMode.Mx, string? shadow = null)
    {
        var fixture = await ReceptionFixture.CreateAsync(rules, mode: mode, shadow: shadow);
        var policy = fixture.Services.CurrentPolicy;
        fixture.Services.CurrentPolicy = policy with
        {
            Checks = new MailChecks(
                [new FactSupplier("scanners.clamav", (_, _) => throw new IOException("the scanner is gone"))], fixture.Clock),
            Routing = policy.Routing with { Evaluator = evaluator ?? policy.Routing.Evaluator },
        };
        return fixture;
    }

    private sealed class NoScript : IScriptRunner
    {
        public ValueTask<ScriptAnswer> RunAsync(ScriptRequest request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("a script ran without its facts");
    }
}
