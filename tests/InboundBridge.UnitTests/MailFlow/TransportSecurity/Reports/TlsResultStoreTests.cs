using System.IO.Compression;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Reports;
using InboundBridge.Mime.Reports;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.Reports;

/// <summary>The figures of two processes in a store: two nodes of a shared one, or one before and after a restart.</summary>
public class TlsResultStoreTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone = new ZoneResolver().Txt("_smtp._tls.one.test", "v=TLSRPTv1;rua=https://one.test/report");
    private readonly List<byte[]> _posts = [];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Two_nodes_of_a_shared_store_send_one_report()
    {
        await using var store = new PostgresStore();
        await using var spool = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        await ReportAsync(spool, store.Other, time => store.AdvanceAsync(_clock, time));
    }

    [Fact]
    public async Task An_embedded_store_has_the_figures_from_before_a_restart()
    {
        using var store = new SqliteStore();
        await using var spool = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        await ReportAsync(spool, spool, time =>
        {
            _clock.Advance(time);
            return ValueTask.CompletedTask;
        });
    }

    private async Task ReportAsync(IMailSpool first, IMailSpool second, Func<TimeSpan, ValueTask> advance)
    {
        var (one, other) = (Results(first), Results(second));
        await using var reporter = Reporter(one);
        await using var otherReporter = Reporter(other);
        Add(one, 2);
        Add(other, 3);
        await reporter.RunAsync(None);
        await otherReporter.RunAsync(None);
        Add(other, 4);
        await otherReporter.RunAsync(None);
        await advance(TimeSpan.FromDays(1));
        await Task.WhenAll(reporter.RunAsync(None), otherReporter.RunAsync(None));
        await otherReporter.RunAsync(None);
        using var json = new GZipStream(new MemoryStream(Assert.Single(_posts)), CompressionMode.Decompress);
        var report = MailReports.ReadTls(json)!;
        Assert.Equal(9, Assert.Single(report.Policies).Successful);
        Assert.Empty(await first.ListNotesAsync("tls-results", null, 10, None));
    }

    private TlsResults Results(IMailSpool spool) =>
        new(spool, _clock) { Terms = new TlsReportTerms("mx.us.test", "tls@us.test", TimeSpan.FromDays(1)) };

    private TlsReporter Reporter(TlsResults results) => new(
        results, _zone, (_, _, _, _) => ValueTask.CompletedTask, PostAsync, new FakeTimeProvider(FakeTime.Start),
        new TransportLog(NullLogger<TransportLog>.Instance));

    private static void Add(TlsResults results, int times)
    {
        for (; times > 0; times--)
            results.Add(new SessionResult("one.test", "mx.one.test", HostPolicy.Opportunistic, IsEncrypted: true, Failure: null));
    }

    private ValueTask<string?> PostAsync(Uri address, byte[] packed, CancellationToken cancellationToken)
    {
        lock (_posts)
            _posts.Add(packed);
        return new ValueTask<string?>((string?)null);
    }
}
