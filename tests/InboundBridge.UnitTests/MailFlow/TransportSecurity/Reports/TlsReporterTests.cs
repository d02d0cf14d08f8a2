using System.IO.Compression;
using System.Net;
using System.Text;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Reports;
using InboundBridge.Mime;
using InboundBridge.Mime.Reports;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.Reports;

/// <summary>Reports, read back by our own reader.</summary>
public sealed class TlsReporterTests : IAsyncDisposable
{
    private static readonly HostPolicy Sts = new(ChannelDemand.Authenticated, PolicySource.MtaSts)
    {
        Published = new PublishedPolicy(["version: STSv1", "mode: enforce", "mx: *.one.test", "max_age: 86400"], ["*.one.test"]),
    };

    private static readonly HostPolicy Dane = new(ChannelDemand.Dane, PolicySource.Dane)
    {
        Published = new PublishedPolicy(["3 1 1 00ff"], ["mx.one.test"]),
    };

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly MemoryNotes _notes;
    private readonly ZoneResolver _zone = new ZoneResolver().Txt("_smtp._tls.one.test", "v=TLSRPTv1;rua=mailto:tls@one.test");
    private readonly List<(string From, string To, string Mail)> _mails = [];
    private readonly List<(Uri Address, byte[] Packed)> _posts = [];
    private readonly CaptureLog _log = new();
    private TlsResults _results;
    private TlsReporter _reporter;
    private string? _postProblem;

    public TlsReporterTests()
    {
        _notes = new MemoryNotes(_clock);
        (_results, _reporter) = Start();
    }

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _reporter.DisposeAsync();

    [Fact]
    public async Task A_day_is_reported_when_it_has_ended()
    {
        Sessions();
        await _reporter.RunAsync(None);
        Assert.Empty(_mails);
        await NextDayAsync();
        var (from, to, mail) = Assert.Single(_mails);
        Assert.Equal(("tls@us.test", "tls@one.test"), (from, to));
        var report = Read(mail);
        Assert.Equal(("mx.us.test", "tls@us.test"), (report.Organization, report.Contact));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), report.Begin);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 23, 59, 59, TimeSpan.Zero), report.End);
        Assert.Equal(
            [("sts", 2, 3), ("tlsa", 1, 0), ("no-policy-found", 1, 0)],
            report.Policies.Select(policy => (policy.PolicyType, policy.Successful, policy.Failed)));
        Assert.All(report.Policies, policy => Assert.Equal("one.test", policy.PolicyDomain));
        Assert.Equal(Sts.Published!.Lines, report.Policies[0].PolicyString);
        Assert.Equal(["*.one.test"], report.Policies[0].MxHosts);
        Assert.Equal(
            [("certificate-expired", "mx.one.test", "192.0.2.1", 2), ("starttls-not-supported", "mx2.one.test", (string?)null, 1)],
            report.Policies[0].Failures.Select(each =>
                (each.ResultType, each.ReceivingMxHostname, each.ReceivingIp, each.FailedSessions)));
        // Nothing is reported twice.
        await NextDayAsync();
        Assert.Single(_mails);
        Assert.Equal(0, _notes.Count("tls-results"));
    }

    [Fact]
    public async Task The_mail_has_the_form_of_rfc_8460()
    {
        Sessions();
        await NextDayAsync();
        var mail = _mails[0].Mail;
        Assert.Contains("\r\nTLS-Report-Domain: one.test\r\nTLS-Report-Submitter: mx.us.test\r\n", mail, StringComparison.Ordinal);
        Assert.Contains("Subject: Report Domain: one.test\r\n Submitter: mx.us.test\r\n Report-ID: <", mail, StringComparison.Ordinal);
        Assert.Contains("Content-Type: multipart/report; report-type=\"tlsrpt\";", mail, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/tlsrpt+gzip\r\n", mail, StringComparison.Ordinal);
        Assert.Contains("\r\nTLS-Required: No\r\n", mail, StringComparison.Ordinal);
        Assert.Contains("filename=\"mx.us.test!one.test!1767312000!1767398399.json.gz\"", mail, StringComparison.Ordinal);
        Assert.All(mail.Split("\r\n"), line => Assert.True(line.Length <= 120));
    }

    [Fact]
    public async Task Figures_outlive_a_restart()
    {
        Sessions();
        await _reporter.DisposeAsync();
        (_results, _reporter) = Start();
        Sessions();
        await NextDayAsync();
        var report = Read(Assert.Single(_mails).Mail);
        Assert.Equal([(4L, 6L), (2, 0), (2, 0)], report.Policies.Select(policy => (policy.Successful, policy.Failed)));
        Assert.Equal([4L, 2], report.Policies[0].Failures.Select(each => each.FailedSessions));
    }

    [Fact]
    public async Task A_report_goes_by_https_where_the_domain_asks_for_it()
    {
        _zone.Remove("_smtp._tls.one.test").Txt("_smtp._tls.one.test", "v=TLSRPTv1; rua=https://report.one.test/tls");
        Sessions();
        await NextDayAsync();
        var (address, packed) = Assert.Single(_posts);
        Assert.Equal("https://report.one.test/tls", address.AbsoluteUri);
        using var json = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        Assert.Equal(3, MailReports.ReadTls(json)!.Policies.Count);
    }

    [Theory]
    [InlineData("post")]
    [InlineData("dns")]
    public async Task What_can_not_be_sent_is_tried_again_for_two_days(string broken)
    {
        _zone.Remove("_smtp._tls.one.test");
        if (broken == "dns")
            _zone.Failing("_smtp._tls.one.test");
        else
            _zone.Txt("_smtp._tls.one.test", "v=TLSRPTv1; rua=https://report.one.test/tls");
        _postProblem = "it answered 500";
        Sessions();
        await NextDayAsync();
        await NextDayAsync();
        Assert.Equal(1, _notes.Count("tls-results"));
        await NextDayAsync();
        Assert.Equal(0, _notes.Count("tls-results"));
        _postProblem = null;
        var before = _posts.Count;
        await _reporter.RunAsync(None);
        Assert.Equal(before, _posts.Count);
    }

    /// <summary>What each node saw is in one report, whichever of them sends it, and nobody sends another one.</summary>
    [Fact]
    public async Task Nodes_join_their_figures_in_one_report()
    {
        var (other, second) = Start();
        await using var _ = second;
        Sessions();
        Sessions(other);
        await _reporter.RunAsync(None);
        await second.RunAsync(None);
        Sessions(other);
        _clock.Advance(TimeSpan.FromDays(1));
        await Task.WhenAll(second.RunAsync(None), _reporter.RunAsync(None));
        await _reporter.RunAsync(None);
        await second.RunAsync(None);
        var report = Read(Assert.Single(_mails).Mail);
        Assert.Equal([(6L, 9L), (3, 0), (3, 0)], report.Policies.Select(policy => (policy.Successful, policy.Failed)));
        Assert.Equal([6L, 3], report.Policies[0].Failures.Select(each => each.FailedSessions));
        Assert.Equal(0, _notes.Count("tls-results"));
    }

    [Fact]
    public async Task A_report_waits_until_every_node_has_written_its_last_figures()
    {
        Sessions();
        _clock.Advance(new DateTimeOffset(2026, 1, 3, 0, 4, 59, TimeSpan.Zero) - _clock.GetUtcNow());
        await _reporter.RunAsync(None);
        Assert.Empty(_mails);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _reporter.RunAsync(None);
        Assert.Single(_mails);
    }

    [Fact]
    public async Task Figures_that_come_after_the_report_was_sent_make_no_second_one()
    {
        var (late, second) = Start();
        await using var _ = second;
        Sessions();
        Sessions(late);
        await NextDayAsync();
        Assert.Single(_mails);
        await second.RunAsync(None);
        await _reporter.RunAsync(None);
        Assert.Single(_mails);
        Assert.Equal(0, _notes.Count("tls-results"));
        Assert.Equal(
            ["figures are missing in the TLS report about a domain domain=one.test parts=1: the report was sent without them"], LeftOut());
    }

    [Fact]
    public async Task Parts_that_can_not_be_read_are_told_with_the_report_that_lacks_them()
    {
        Sessions();
        await _reporter.RunAsync(None);
        var note = Assert.Single(await _notes.ListNotesAsync("tls-results", null, 10, None));
        await _notes.KeepNotesAsync(
            [note with { Key = $"{note.Key}a", Value = "{}"u8.ToArray() }, note with { Key = $"{note.Key}b", Value = "?"u8.ToArray() }],
            None);
        _zone.Remove("_smtp._tls.one.test").Failing("_smtp._tls.one.test");
        await NextDayAsync();
        // The report waits for its receiver; each try reads the parts again.
        Assert.Empty(LeftOut());
        _zone.Remove("_smtp._tls.one.test").Txt("_smtp._tls.one.test", "v=TLSRPTv1;rua=mailto:tls@one.test");
        await _reporter.RunAsync(None);
        Assert.Equal(3, Read(Assert.Single(_mails).Mail).Policies.Count);
        Assert.Equal(["figures are missing in the TLS report about a domain domain=one.test parts=2: they can't be read"], LeftOut());
        Assert.Equal(0, _notes.Count("tls-results"));
    }

    [Fact]
    public async Task Parts_beyond_those_that_one_report_takes_are_told()
    {
        Sessions();
        await _reporter.RunAsync(None);
        var note = Assert.Single(await _notes.ListNotesAsync("tls-results", null, 10, None));
        await _notes.KeepNotesAsync([.. Enumerable.Range(1, 550).Select(number => note with { Key = $"{note.Key}-{number:000}" })], None);
        await NextDayAsync();
        Assert.Equal(51, _notes.Count("tls-results"));
        await _reporter.RunAsync(None);
        Assert.Single(_mails);
        Assert.Equal(
            ["figures are missing in the TLS report about a domain domain=one.test parts=51: the report was sent without them"], LeftOut());
        Assert.Equal(0, _notes.Count("tls-results"));
    }

    /// <summary>Its node died while it sent the report: fifteen minutes later another one sends it, with the same id.</summary>
    [Fact]
    public async Task The_turn_of_a_node_that_died_is_over_after_a_quarter_of_an_hour()
    {
        Sessions();
        await _reporter.RunAsync(None);
        _clock.Advance(TimeSpan.FromDays(1));
        var scope = Assert.Single(await _results.Parts.ListDueAsync(None));
        Assert.Equal((true, 0), await _results.Parts.TryBeginAsync(scope, None));
        await _reporter.RunAsync(None);
        Assert.Empty(_mails);
        _clock.Advance(TimeSpan.FromMinutes(15));
        await _reporter.RunAsync(None);
        Assert.Single(_mails);
    }

    [Fact]
    public async Task Figures_of_a_version_without_parts_are_reported()
    {
        Sessions();
        await _reporter.RunAsync(None);
        var note = Assert.Single(await _notes.ListNotesAsync("tls-results", null, 10, None));
        await _notes.ForgetNotesAsync("tls-results", [note.Key], None);
        await _notes.KeepNotesAsync([note with { Key = note.Key[..note.Key.LastIndexOf(' ')] }], None);
        await NextDayAsync();
        Assert.Equal(3, Read(Assert.Single(_mails).Mail).Policies.Count);
        Assert.Equal(0, _notes.Count("tls-results"));
    }

    /// <summary>More than a note holds: policies of tens of kilobytes, changed several times.</summary>
    [Fact]
    public async Task Figures_of_large_policies_are_kept_in_several_notes()
    {
        for (var version = 0; version < 8; version++)
        {
            var policy = Sts with { Published = new PublishedPolicy([$"id: {version}", new string('x', 60_000)], []) };
            Add(policy, null);
            await _reporter.RunAsync(None);
        }
        Assert.Equal(8, _notes.Count("tls-results"));
        await NextDayAsync();
        Assert.All(Read(Assert.Single(_mails).Mail).Policies, policy => Assert.Equal(1, policy.Successful));
        Assert.Equal(0, _notes.Count("tls-results"));
    }

    [Theory]
    [InlineData("v=spf1 -all")]
    [InlineData("v=TLSRPTv2; rua=mailto:tls@one.test")]
    [InlineData("v=TLSRPTv1; rua=ftp://one.test/")]
    [InlineData("v=TLSRPTv1; rua=mailto:tls@one.test", "v=TLSRPTv1; rua=mailto:other@one.test")]
    public async Task Who_asks_for_no_reports_gets_none(params string[] texts)
    {
        _zone.Remove("_smtp._tls.one.test");
        foreach (var text in texts)
            _zone.Txt("_smtp._tls.one.test", text);
        Sessions();
        await NextDayAsync();
        Assert.Empty(_mails);
        Assert.Equal(0, _notes.Count("tls-results"));
    }

    [Theory]
    [InlineData("mailto:a@one.test%0d%0aBcc:%20b@two.test")]
    [InlineData("mailto:a%20b@one.test")]
    [InlineData("mailto:a@b@one.test")]
    [InlineData("mailto:%3Ca@one.test%3E")]
    [InlineData("mailto:nobody")]
    public async Task An_address_that_could_add_a_field_or_a_command_gets_nothing(string receiver)
    {
        _zone.Remove("_smtp._tls.one.test").Txt("_smtp._tls.one.test", $"v=TLSRPTv1; rua={receiver}");
        Sessions();
        await NextDayAsync();
        Assert.Empty(_mails);
    }

    [Fact]
    public async Task Without_the_configuration_nothing_is_collected()
    {
        _results.Terms = null;
        Sessions();
        await NextDayAsync();
        Assert.Equal(0, _notes.Count("tls-results"));
        Assert.Empty(_mails);
    }

    [Fact]
    public async Task A_disk_that_is_broken_for_a_while_loses_no_figures()
    {
        _notes.IsBroken = true;
        Sessions();
        await Assert.ThrowsAsync<InboundBridge.MailFlow.Spool.Contract.SpoolUnavailableException>(() => _reporter.RunAsync(None));
        _notes.IsBroken = false;
        await _reporter.DisposeAsync();
        (_results, _reporter) = Start();
        await NextDayAsync();
        Assert.Single(_mails);
    }

    private (TlsResults, TlsReporter) Start()
    {
        var results = new TlsResults(_notes, _clock) { Terms = new TlsReportTerms("mx.us.test", "tls@us.test", TimeSpan.FromDays(1)) };
        var log = new TransportLog(new LogOf<TransportLog>(_log));
        return (results, new TlsReporter(results, _zone, SubmitAsync, PostAsync, new FakeTimeProvider(FakeTime.Start), log));
    }

    private IEnumerable<string> LeftOut() =>
        _log.All.Select(line => line.Text).Where(text => text.StartsWith("figures are missing", StringComparison.Ordinal));

    private void Sessions(TlsResults? of = null)
    {
        var results = of ?? _results;
        Add(Sts, null, results: of);
        Add(Sts, TlsFailure.CertificateExpired, results: of);
        Add(Sts, TlsFailure.CertificateExpired, results: of);
        results.Add(new SessionResult("one.test", "mx2.one.test", Sts, IsEncrypted: false, TlsFailure.StartTlsNotSupported));
        Add(Sts, null, "ONE.test", of);
        Add(Dane, null, results: of);
        Add(HostPolicy.Opportunistic, null, results: of);
    }

    private void Add(HostPolicy policy, TlsFailure? failure, string domain = "one.test", TlsResults? results = null)
    {
        var session = new SessionResult(domain, "mx.one.test", policy, IsEncrypted: true, failure);
        (results ?? _results).Add(session with { Address = IPAddress.Parse("192.0.2.1") });
    }

    private async Task NextDayAsync()
    {
        _clock.Advance(TimeSpan.FromDays(1));
        await _reporter.RunAsync(None);
    }

    private static TlsReport Read(string mail) =>
        Assert.IsType<TlsReport>(MimeMessage.Open(MimeSource.FromMemory(Encoding.ASCII.GetBytes(mail))).Report);

    private ValueTask SubmitAsync(string from, string to, ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        _mails.Add((from, to, Encoding.ASCII.GetString(mail.Span)));
        return ValueTask.CompletedTask;
    }

    private ValueTask<string?> PostAsync(Uri address, byte[] packed, CancellationToken cancellationToken)
    {
        _posts.Add((address, packed));
        return new ValueTask<string?>(_postProblem);
    }
}
