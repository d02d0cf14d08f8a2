using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Scanning.Clamd;
using InboundBridge.MailFlow.Scanning.Rspamd;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Scanning;

/// <summary>The answers about one mail: asked for at most once, and what a mail without them becomes.</summary>
public class ScanAnswersTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_scanner_is_asked_at_most_once()
    {
        var fake = FakeScanner.Clamd("stream: Eicar FOUND\0");
        var answers = Scanners(fake).Begin(null);
        Assert.Null(answers.Virus);
        Assert.Null(answers.AddTo(null));
        var both = await Task.WhenAll(answers.VirusAsync(FakeScanner.Mail(), Stop), answers.VirusAsync(FakeScanner.Mail(), Stop));
        Assert.All(both, virus => Assert.Equal("Eicar", virus!.Name));
        Assert.Equal(1, fake.Connections);
        Assert.Equal("Eicar", answers.AddTo(null)!.Virus);
        Assert.Null(await answers.SpamAsync(FakeScanner.Mail(), Stop));
    }

    [Fact]
    public async Task Verdicts_of_other_checks_stay()
    {
        var answers = Scanners(FakeScanner.Clamd("stream: OK\0")).Begin(null);
        var others = MailVerdicts.NotAsked with { Verdict = SenderVerdict.Pass };
        Assert.Same(others, answers.AddTo(others));
        await answers.VirusAsync(FakeScanner.Mail(), Stop);
        Assert.Equal((SenderVerdict.Pass, null), (answers.AddTo(others)!.Verdict, answers.AddTo(others)!.Virus));
    }

    [Fact]
    public async Task Without_an_answer_a_mail_is_deferred_or_accepted_as_configured()
    {
        var fake = FakeScanner.Clamd("ERROR\0");
        var waits = Scanners(fake).Begin(null);
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => waits.VirusAsync(FakeScanner.Mail(), Stop));
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => waits.VirusAsync(FakeScanner.Mail(), Stop));
        Assert.Equal(1, fake.Connections);
        var registry = new MetricRegistry();
        var passes = Scanners(fake, passes: true).Begin(
            new ScanObserver(new ScannerMetrics(registry), new ScannerLog(NullLogger<ScannerLog>.Instance)));
        Assert.Null(await passes.VirusAsync(FakeScanner.Mail(), Stop));
        Assert.Null(passes.AddTo(null));
        var counted = await MetricsText.ReadAsync(registry);
        Assert.Contains("inboundbridge_scanner_unavailable_total{scanner=\"clamav\"} 1\n", counted, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_scanner_unavailable_total{scanner=\"rspamd\"} 0\n", counted, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_configured_is_known() =>
        Assert.Equal(
            (ScanKinds.Virus, ScanKinds.Spam | ScanKinds.Virus, ScanKinds.None),
            (Scanners(FakeScanner.Clamd("")).Kinds, new MailScanners
            {
                Rspamd = new RspamdScanner(new Uri("http://127.0.0.1:1"), new ScannerLimits(), TimeProvider.System),
                Clamd = Scanners(FakeScanner.Clamd("")).Clamd,
            }.Kinds, new MailScanners().Kinds));

    private static MailScanners Scanners(FakeScanner fake, bool passes = false) => new()
    {
        Clamd = new ClamdScanner(fake.ConnectAsync, new ScannerLimits(), new WatchedTimeProvider()),
        PassesUnscanned = passes,
    };
}
