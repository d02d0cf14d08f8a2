using System.Text;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Scanning.Clamd;
using InboundBridge.MailFlow.Scanning.Rspamd;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;
using InboundBridge.UnitTests.MailFlow.Scanning;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>Which mail is scanned before its 250, what scanners see of it, and what follows from their answers.</summary>
public class ScannedMailTests
{
    private const string Mail = "From: al@customer.example\nSubject: hello\n\ntext\n";

    private const string ToHook = "rules: [ { name: all, then: [ webhook: hook ] } ]";

    private const string Infected =
        "rules: [ { name: infected, when: { virus: true }, then: [ reject: infected ] }, { name: all, then: [ webhook: hook ] } ]";

    private const string Clean = "stream: OK\0";

    [Fact]
    public async Task A_rule_refuses_what_the_virus_scanner_finds_and_asks_once_for_all_recipients()
    {
        var clamd = FakeScanner.Clamd("stream: Eicar FOUND\0");
        await using var fixture = await CreateAsync(Infected, clamd);
        var refused = await fixture.SendAsync(Mail, "a@example.com", "b@example.com");
        Assert.Equal((550, "virus=Eicar", "not checked"), (refused.Code, refused.LogScan, refused.LogAuthentication));
        Assert.Equal(1, clamd.Connections);
        Assert.Empty(await fixture.DeliveriesAsync());
    }

    [Fact]
    public async Task A_mail_is_not_scanned_when_no_rule_and_no_payload_asks()
    {
        var clamd = FakeScanner.Clamd(Clean);
        await using var fixture = await CreateAsync(ToHook, clamd);
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        Assert.Equal(0, clamd.Connections);
        Assert.Null(await AuthenticationAsync(fixture));
    }

    [Fact]
    public async Task A_mail_is_scanned_when_its_payload_shows_the_answer()
    {
        byte[]? seen = null;
        var clamd = new FakeScanner(async (stream, stop) =>
        {
            seen = await FakeScanner.ReadStreamAsync(stream, stop);
            await stream.WriteAsync("stream: Eicar FOUND\0"u8.ToArray(), stop);
        });
        await using var fixture = await CreateAsync(ToHook, clamd, ScanKinds.Spam | ScanKinds.Virus);
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        var delivery = Assert.Single(await fixture.DeliveriesAsync());
        Assert.Equal(await fixture.StoredAsync(delivery.MessageId), Encoding.UTF8.GetString(seen!));
        Assert.StartsWith("Received: from client.example", Encoding.UTF8.GetString(seen!), StringComparison.Ordinal);
        var verdicts = VerdictsReader.Read(await AuthenticationAsync(fixture));
        Assert.Equal(("Eicar", true), (verdicts.Virus, verdicts.VirusScanned));
    }

    [Fact]
    public async Task Score_and_action_are_facts_and_are_stored()
    {
        await using var fixture = await CreateAsync(
            """
            rules:
              - { name: spam, when: { spam_score: "> 5", spam_action: add header }, then: [ add_header: { X-Spam: "{spam_score}" }, webhook: other ] }
              - { name: all, then: [ webhook: hook ] }
            """.Replace("{spam_score}", "yes", StringComparison.Ordinal),
            Rspamd("""{"score": 7.5, "required_score": 15, "action": "add header", "symbols": {"GTUBE": {"score": 7.5}}}"""));
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        Assert.Equal("other", Assert.Single(await fixture.DeliveriesAsync()).Destination);
        var spam = VerdictsReader.Read(await AuthenticationAsync(fixture)).Spam!;
        Assert.Equal((7.5, "add header", 15, 7.5), (spam.Score, spam.Action, spam.RequiredScore, spam.Symbols["GTUBE"]));
    }

    [Fact]
    public async Task A_rules_refusal_of_spam_tells_the_log_the_score()
    {
        await using var fixture = await CreateAsync(
            "rules: [ { name: spam, when: { spam_score: '> 5' }, then: [ reject: spam ] }, { name: all, then: [ webhook: hook ] } ]",
            Rspamd("""{"score": 7.5, "required_score": 15, "action": "add header", "symbols": {}}"""));
        Assert.Equal("spam=7.5", (await fixture.SendAsync(Mail, "a@example.com")).LogScan);
    }

    [Fact]
    public async Task An_answer_that_a_rule_asked_for_is_used_by_the_payload_and_shadow_rules()
    {
        var clamd = FakeScanner.Clamd(Clean);
        await using var fixture = await CreateAsync(
            Infected, clamd, ScanKinds.Virus, shadow: "rules: [ { name: s, when: { virus: false }, then: [ webhook: other ] } ]");
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        await fixture.Shadow.DrainAsync();
        Assert.Equal(1, fixture.Shadow.Diverged);
        Assert.Equal(1, clamd.Connections);
    }

    [Fact]
    public async Task Without_an_answer_a_mail_is_deferred()
    {
        await using var forRule = await CreateAsync(Infected, FakeScanner.Clamd(""));
        var deferred = await forRule.SendAsync(Mail, "a@example.com");
        Assert.Equal((451, "fact_unavailable", "infected"), (deferred.Code, deferred.Reason, deferred.LogRule));
        Assert.Equal(
            "rule 'infected' needs virus: scanners.clamav failed: clamd closed the connection without an answer", deferred.LogDetail);
        Assert.Empty(await forRule.DeliveriesAsync());
        await using var forPayload = await CreateAsync(ToHook, FakeScanner.Clamd(""), ScanKinds.Virus);
        var reply = await forPayload.SendAsync(Mail, "a@example.com");
        Assert.Equal((451, "scanner_unavailable"), (reply.Code, reply.Reason));
        Assert.Contains("clamd closed the connection", reply.LogDetail!, StringComparison.Ordinal);
        Assert.Empty(await forPayload.DeliveriesAsync());
    }

    [Fact]
    public async Task A_scanner_that_only_a_payload_asks_is_missed_as_loudly()
    {
        var log = new CaptureLog();
        await using var fixture = await CreateAsync(ToHook, FakeScanner.Clamd(""), ScanKinds.Virus, log: log);
        Assert.Equal(451, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        var failed = Assert.Single(log.All, line => line.Event == 1003);
        Assert.EndsWith("check=scanners.clamav: clamd closed the connection without an answer", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_answer_a_mail_is_accepted_where_configured()
    {
        await using var fixture = await CreateAsync(Infected, FakeScanner.Clamd(""), ScanKinds.Virus, passes: true);
        Assert.Equal(250, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        Assert.Equal("hook", Assert.Single(await fixture.DeliveriesAsync()).Destination);
        Assert.Null(await AuthenticationAsync(fixture));
    }

    [Fact]
    public async Task A_mail_that_the_rules_refuse_is_not_scanned_for_a_payload()
    {
        var clamd = FakeScanner.Clamd(Clean);
        await using var fixture = await CreateAsync(
            "rules: [ { name: no, when: { subject: hello }, then: [ reject: no ] }, { name: all, then: [ webhook: hook ] } ]", clamd, ScanKinds.Virus);
        Assert.Equal(550, (await fixture.SendAsync(Mail, "a@example.com")).Code);
        Assert.Equal(0, clamd.Connections);
    }

    [Fact]
    public void Stored_answers_are_facts_and_a_missing_answer_is_unknown()
    {
        var scanned = MailVerdicts.NotAsked with { Spam = new SpamVerdict(3, "no action"), VirusScanned = true };
        Assert.Equal(3, ScannerFacts.Of(Fact.SpamScore, scanned).Number);
        Assert.Equal("no action", ScannerFacts.Of(Fact.SpamAction, scanned).Text);
        Assert.Equal(FactShape.Absent, ScannerFacts.Of(Fact.Virus, scanned).Shape);
        Assert.All(
            new[] { Fact.SpamScore, Fact.SpamAction, Fact.Virus },
            fact => Assert.False(ScannerFacts.Of(fact, MailVerdicts.NotAsked).IsKnown));
    }

    private static FakeScanner Rspamd(string json) => new(async (stream, stop) =>
    {
        var room = new byte[64 * 1024];
        var request = string.Empty;
        while (!request.EndsWith("text\r\n", StringComparison.Ordinal))
            request += Encoding.UTF8.GetString(room, 0, await stream.ReadAsync(room, stop));
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {json.Length}\r\n\r\n{json}"), stop);
    });

    /// <param name="scanner">Serves as clamd, or as rspamd where a rule asks for spam.</param>
    private static async Task<ReceptionFixture> CreateAsync(
        string rules, FakeScanner scanner, ScanKinds shown = ScanKinds.None, bool passes = false, string? shadow = null,
        CaptureLog? log = null)
    {
        var fixture = await ReceptionFixture.CreateAsync(rules, shadow: shadow, log: log);
        var asksForSpam = rules.Contains("spam_", StringComparison.Ordinal);
        var limits = new ScannerLimits();
        fixture.Services.CurrentPolicy = fixture.Services.CurrentPolicy with
        {
            Scanners = new MailScanners
            {
                Clamd = asksForSpam ? null : new ClamdScanner(scanner.ConnectAsync, limits, fixture.Clock),
                Rspamd = asksForSpam ? new RspamdScanner(new Uri("http://127.0.0.1:1"), limits, fixture.Clock, scanner.ConnectAsync) : null,
                PassesUnscanned = passes,
            },
            ScansShown = _ => shown,
            Checks = new MailChecks(
                [
                    asksForSpam
                        ? new FactSupplier("scanners.rspamd", ScannerFacts.SpamAsync)
                        : new FactSupplier("scanners.clamav", ScannerFacts.VirusAsync),
                ],
                fixture.Clock),
        };
        return fixture;
    }

    private static async Task<string?> AuthenticationAsync(ReceptionFixture fixture)
    {
        var delivery = Assert.Single(await fixture.DeliveriesAsync());
        return (await fixture.Spool.FindMessageAsync(delivery.MessageId, TestContext.Current.CancellationToken))!.AuthenticationJson;
    }
}
