using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.Metrics;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>What the checks of the sender say is counted and logged.</summary>
public class SenderObservationTests
{
    private readonly MetricRegistry _metrics = new();
    private readonly Lines _log = new();
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Fact]
    public async Task Every_answer_is_counted_by_method_and_result()
    {
        var observation = Observation();
        observation.Answered("iprev", new IprevVerdict(CheckResult.PermError), TimeSpan.FromMilliseconds(3));
        observation.Answered("spf", new SpfVerdict(CheckResult.SoftFail), TimeSpan.FromMilliseconds(3));
        observation.Answered(
            "dkim", new SignatureVerdicts(
                [new DkimVerdict(CheckResult.Pass), new DkimVerdict(CheckResult.Fail), new DkimVerdict(CheckResult.Pass)],
                new ArcVerdict(CheckResult.Fail)),
            TimeSpan.FromMilliseconds(3));
        observation.Answered("dkim", SignatureVerdicts.None, TimeSpan.FromMilliseconds(3));
        observation.Answered("dmarc", new DmarcVerdict(CheckResult.Pass), TimeSpan.FromMilliseconds(3));
        observation.Answered(
            "dnsbl", new DnsListAnswers([new DnsblListing("wl.example", "127.0.0.2", Allows: true)], []), TimeSpan.FromMilliseconds(3));
        observation.Answered("dnsbl", new DnsListAnswers([new DnsblListing("bl.example", "127.0.0.2")], []), TimeSpan.FromMilliseconds(3));
        observation.Answered("verdict", new MailVerdicts { Verdict = SenderVerdict.Forwarded }, TimeSpan.FromMilliseconds(3));
        var text = await MetricsText.ReadAsync(_metrics);
        foreach (var (method, result, count) in new[]
        {
            ("iprev", "permerror", 1), ("spf", "softfail", 1), ("dkim", "pass", 2), ("dkim", "fail", 1), ("dkim", "none", 1),
            ("arc", "fail", 1), ("arc", "none", 1), ("dmarc", "pass", 1), ("dnsbl", "pass", 1), ("dnsbl", "fail", 1),
            ("verdict", "forwarded", 1),
        })
            Assert.Contains(
                $"inboundbridge_authentication_results_total{{method=\"{method}\",result=\"{result}\"}} {count}", text, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_authentication_seconds_count{method=\"dkim\"} 2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("authentication_seconds_count{method=\"verdict\"}", text, StringComparison.Ordinal);
    }

    /// <summary>A dead list fails for every client: the log says it once an hour, not once a connection.</summary>
    [Fact]
    public void A_list_that_does_not_answer_is_named_once_an_hour()
    {
        var observation = Observation();
        var silent = new DnsListAnswers([], [new DnsListProblem("bl.example", "no answer within 2 s")]);
        for (var clients = 0; clients < 3; clients++)
            observation.Answered("dnsbl", silent, TimeSpan.FromSeconds(2));
        Assert.Contains("zone=bl.example: no answer within 2 s", Assert.Single(_log.Written), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromHours(1));
        observation.Answered("dnsbl", silent, TimeSpan.FromSeconds(2));
        Assert.Equal(2, _log.Written.Count);
    }

    [Fact]
    public void A_check_that_breaks_is_an_error_in_the_log()
    {
        Observation().Faulted("spf", new InvalidDataException("broken"));
        Assert.Contains("check=spf", Assert.Single(_log.Written), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_line_of_an_accepted_mail_tells_why_it_is_held()
    {
        await using var byRule = await SenderScene.CreateAsync(log: _log, rules: "rules: [ { name: odd, then: [ hold: look at it ] } ]");
        await byRule.SendAsync(SenderScene.Mail);
        Assert.Contains(_log.Written, line => line.Contains("destinations=held held=look at it authentication", StringComparison.Ordinal));
        await using var byDmarc = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("_dmarc.customer.example", "v=DMARC1; p=quarantine"), log: _log,
            enforcement: new EnforcementPolicy { Dmarc = new EnforcedCheck(Refuses: true, Defers: false) });
        await byDmarc.SendAsync(SenderScene.Mail);
        Assert.Contains(
            _log.Written, line => line.Contains(
                "destinations=hook held=DMARC: customer.example asks to quarantine", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_line_of_an_accepted_mail_tells_its_verdicts()
    {
        await using var scene = await SenderScene.CreateAsync(log: _log);
        await scene.SendAsync(SenderScene.Signed);
        Assert.Contains(
            _log.Written, line => line.Contains(
                "authentication=pass (spf=pass dkim=pass:customer.example dmarc=pass)", StringComparison.Ordinal));
        scene.Reception.Peer.Trusted = true;
        await scene.SendAsync(SenderScene.Signed);
        Assert.Contains(_log.Written, line => line.Contains("authentication=not checked", StringComparison.Ordinal));
    }

    private SenderObservation Observation() => new(new SenderMetrics(_metrics), new ReceptionLog(new LogOf<ReceptionLog>(_log)), _clock);

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Written)
                Written.Add(formatter(state, exception));
        }
    }
}
