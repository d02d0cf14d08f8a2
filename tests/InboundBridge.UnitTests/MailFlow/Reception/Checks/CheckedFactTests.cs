using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.MailFlow.Reception.Checks;

/// <summary>
/// Checks in a session: asked when rules need them, once for a mail, at their stage; what they can't tell is put off and never guessed.
/// </summary>
public class CheckedFactTests
{
    private const string Mail = "From: al@customer.example\nSubject: hello\n\ntext\n";

    private const string SpfRules =
        "rules: [ { name: forged, when: { spf: fail }, then: [ reject: forged ] }, { name: all, then: [ webhook: hook ] } ]";

    private const string VirusRules =
        "rules: [ { name: infected, when: { virus: true }, then: [ reject: infected ] }, { name: all, then: [ webhook: hook ] } ]";

    [Fact]
    public async Task A_check_of_the_envelope_refuses_at_rcpt_once_it_has_answered()
    {
        var spf = new Check("authentication.spf");
        await using var fixture = await CreateAsync(SpfRules, spf);
        await fixture.MailAsync();
        var first = fixture.RcptAsync("a@example.com");
        Assert.False(first.IsCompleted);
        Assert.Null(spf.Seen!.Mail);
        Assert.Equal("192.0.2.1", spf.Seen.Facts.Get(Fact.ClientIp).Text);
        spf.Answer(Fact.Spf, "fail");
        Assert.Equal(550, (await first).Code);
        Assert.Equal(550, (await fixture.RcptAsync("b@example.com")).Code);
        Assert.Equal(1, spf.Calls);
    }

    [Fact]
    public async Task A_check_is_asked_once_for_all_recipients_stages_and_shadow_rules_of_a_mail()
    {
        var spf = new Check("authentication.spf");
        spf.Answer(Fact.Spf, "pass");
        await using var fixture =
            await CreateAsync(SpfRules, shadow: "rules: [ { name: shadow, when: { spf: pass }, then: [ webhook: other ] } ]", spf);
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com", "b@example.com")).Code);
        await fixture.Shadow.DrainAsync();
        Assert.Equal(2, fixture.Shadow.Diverged);
        Assert.All(fixture.Shadow.Recent, divergence => Assert.Contains("to other", divergence.Shadow.Effect, StringComparison.Ordinal));
        Assert.Equal(1, spf.Calls);
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        Assert.Equal(2, spf.Calls);
    }

    [Fact]
    public async Task A_check_is_not_asked_when_no_rule_needs_it()
    {
        var (spf, virus) = (new Check("authentication.spf"), new Check("scanners.clamav"));
        await using var fixture = await CreateAsync(
            "rules: [ { name: a, when: { recipient: a@example.com, any: [ { subject: other }, { subject: hello } ] }, then: [ webhook: hook ] }, { name: b, when: { spf: fail }, then: [ reject: no ] } ]",
            spf, virus);
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        Assert.Equal(0, spf.Calls + virus.Calls);
    }

    [Fact]
    public async Task A_scanner_is_asked_after_the_whole_mail_has_arrived()
    {
        var virus = new Check("scanners.clamav");
        await using var fixture = await CreateAsync(VirusRules, virus);
        await fixture.MailAsync();
        Assert.True((await fixture.RcptAsync("a@example.com")).IsPositive);
        Assert.Equal(0, virus.Calls);
        var data = fixture.DataAsync(Mail);
        await virus.Begun;
        Assert.False(data.IsCompleted);
        Assert.Equal("hello", virus.Seen!.Mail!.Subject);
        Assert.Equal("text\n", virus.Seen.Mail.Text);
        virus.Answer(Fact.Virus, "Eicar");
        Assert.Equal(550, Assert.Single(await data).Code);
    }

    [Fact]
    public async Task Checks_that_are_needed_together_run_at_the_same_time()
    {
        var (spf, dnsbl) = (new Check("authentication.spf"), new Check("authentication.dnsbl"));
        await using var fixture =
            await CreateAsync(
                "rules: [ { name: a, when: { spf: fail, dnsbl: true }, then: [ reject: no ] }, { name: all, then: [ webhook: hook ] } ]",
                spf, dnsbl);
        await fixture.MailAsync();
        var reply = fixture.RcptAsync("a@example.com");
        Assert.Equal((1, 1), (spf.Calls, dnsbl.Calls));
        spf.Answer(Fact.Spf, "fail");
        Assert.False(reply.IsCompleted);
        dnsbl.Answer(Fact.Dnsbl, "zen.example.net");
        Assert.Equal(550, (await reply).Code);
    }

    [Fact]
    public async Task A_failed_check_defers_the_mail_and_the_log_says_why()
    {
        var log = new Lines();
        var virus = new Check("scanners.clamav");
        virus.Fail(new IOException("clamd does not answer"));
        await using var fixture = await CreateAsync(VirusRules, null, log, virus);
        await fixture.MailAsync();
        await fixture.RcptAsync("a@example.com");
        var reply = Assert.Single(await fixture.DataAsync(Mail));
        Assert.Equal(
            (451, "fact_unavailable", "rule 'infected' needs virus: scanners.clamav failed: clamd does not answer"),
            (reply.Code, reply.Reason, reply.LogDetail));
        Assert.Empty(await fixture.DeliveriesAsync());
        Assert.Contains(log.Written, line => line.Contains("check=scanners.clamav: clamd does not answer", StringComparison.Ordinal));
        Assert.Equal(1, virus.Calls);
    }

    [Fact]
    public async Task A_failed_check_does_not_affect_mail_that_is_decided_without_it()
    {
        var spf = new Check("authentication.spf");
        spf.Fail(new IOException("no DNS"));
        await using var fixture = await CreateAsync(
            "rules: [ { name: vip, when: { subject: hello }, then: [ webhook: other ] }, { name: forged, when: { spf: fail }, then: [ reject: forged ] } ]", spf);
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        Assert.Equal("other", Assert.Single(await fixture.DeliveriesAsync()).Destination);
    }

    [Fact]
    public async Task A_check_that_never_answers_is_given_up()
    {
        var virus = new Check("scanners.clamav");
        await using var fixture = await CreateAsync(VirusRules, virus);
        await fixture.MailAsync();
        await fixture.RcptAsync("a@example.com");
        var data = fixture.DataAsync(Mail);
        await virus.Begun;
        while (!data.IsCompleted)
        {
            fixture.Clock.Advance(MailChecks.LongestCheck);
            await Task.Yield();
        }
        Assert.Equal((451, "fact_unavailable"), Outcome(await data));
    }

    [Fact]
    public async Task A_check_cannot_supply_facts_of_another_check()
    {
        var spf = new Check("authentication.spf");
        spf.Answer(Fact.Dmarc, "fail");
        await using var fixture =
            await CreateAsync(
                "rules: [ { name: a, when: { any: [ { spf: fail }, { dmarc: fail } ] }, then: [ reject: no ] }, { name: all, then: [ webhook: hook ] } ]", spf);
        await fixture.MailAsync();
        Assert.True((await fixture.RcptAsync("a@example.com")).IsPositive);
        Assert.Equal((451, "fact_unavailable"), Outcome(await fixture.DataAsync(Mail)));
    }

    [Fact]
    public void Each_check_has_one_supplier_and_at_least_one_fact()
    {
        Assert.Throws<ArgumentException>(
            () => new MailChecks([new FactSupplier("authentication.none", new Check("x").SupplyAsync)], TimeProvider.System));
        var spf = new FactSupplier("authentication.spf", new Check("authentication.spf").SupplyAsync);
        Assert.Equal(FactSet.Of([Fact.Spf, Fact.SpfExplanation]), spf.Facts);
        Assert.Throws<ArgumentException>(() => new MailChecks([spf, spf], TimeProvider.System));
        Assert.Null(MailChecks.None.Begin());
    }

    private static Task<ReceptionFixture> CreateAsync(string rules, params Check[] checks) => CreateAsync(rules, null, null, checks);

    private static Task<ReceptionFixture> CreateAsync(string rules, string? shadow, params Check[] checks) =>
        CreateAsync(rules, shadow, null, checks);

    private static (int Code, string? Reason) Outcome(IReadOnlyList<SmtpReply> replies) =>
        (Assert.Single(replies).Code, replies[0].Reason);

    private static async Task<ReceptionFixture> CreateAsync(string rules, string? shadow, ILogger? log, params Check[] checks)
    {
        var fixture = await ReceptionFixture.CreateAsync(rules, shadow: shadow, log: log);
        var suppliers = checks.Select(check => new FactSupplier(check.Key, check.SupplyAsync)).ToList();
        fixture.Services.CurrentPolicy = fixture.Services.CurrentPolicy with { Checks = new MailChecks(suppliers, fixture.Clock) };
        return fixture;
    }

    /// <summary>A check that answers when the test says so.</summary>
    private sealed class Check(string key)
    {
        private readonly TaskCompletionSource<IReadOnlyDictionary<Fact, FactValue>> _answer = new();
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Key => key;

        public int Calls { get; private set; }

        public CheckedMail? Seen { get; private set; }

        public Task Begun => _begun.Task;

        public void Answer(Fact fact, string value) => _answer.SetResult(new Dictionary<Fact, FactValue> { [fact] = FactValue.Of(value) });

        public void Fail(Exception reason) => _answer.SetException(reason);

        public ValueTask<IReadOnlyDictionary<Fact, FactValue>> SupplyAsync(CheckedMail mail, CancellationToken cancellationToken)
        {
            Calls++;
            Seen = mail;
            _begun.TrySetResult();
            return new ValueTask<IReadOnlyDictionary<Fact, FactValue>>(_answer.Task);
        }
    }

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
