using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Log;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>After a commit of many the next one does not go out for a few of them.</summary>
public class CommitCompanyTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Fact]
    public async Task Behind_a_commit_of_many_the_next_has_a_quarter_of_them_at_least()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(disk, TimeSpan.FromMinutes(1));
        await CommitManyAsync(disk, spool);
        var next = Enumerable.Range(0, 8).Select(index => CommitAsync(spool, $"next{index}")).ToList();
        await Task.WhenAny(next).WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.InRange(spool.Totals.Messages, 18 + 4, 18 + 8);
        await Task.WhenAll(next).WaitAsync(Longest, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task One_that_stays_alone_waits_a_moment_only()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(disk, new SpoolInternals().Company);
        await CommitManyAsync(disk, spool);
        await CommitAsync(spool, "alone").WaitAsync(Longest, TestContext.Current.CancellationToken);
        await CommitAsync(spool, "next").WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.Equal(20, spool.Totals.Messages);
    }

    [Fact]
    public async Task Who_waits_for_company_is_committed_when_the_spool_is_closed()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var spool = await OpenAsync(disk, TimeSpan.FromMinutes(1));
        await CommitManyAsync(disk, spool);
        var alone = CommitAsync(spool, "alone");
        await spool.DisposeAsync().AsTask().WaitAsync(Longest, TestContext.Current.CancellationToken);
        await alone;
        await using var reopened = await SpoolOpening.OpenAsync(folder.Path, _clock);
        Assert.Equal(19, reopened.Totals.Messages);
    }

    /// <summary>Eighteen: one, another, and behind that one's sync sixteen that share the next commit.</summary>
    private async Task CommitManyAsync(FaultyDatabaseDisk disk, IMailSpool spool)
    {
        // The first of all syncs the new log's beginning, too.
        await CommitAsync(spool, "first");
        using var held = new HeldSyncs(disk);
        var second = CommitAsync(spool, "second");
        await held.BegunAsync();
        var many = Enumerable.Range(0, 16).Select(index => CommitAsync(spool, $"many{index}")).ToList();
        held.Release();
        await second;
        await Task.WhenAll(many);
        Assert.Equal(2, held.Count);
    }

    private Task<IMailSpool> OpenAsync(FaultyDatabaseDisk disk, TimeSpan company) =>
        SpoolOpening.OpenAsync(disk.Folder, _clock, internals => disk.Under(internals) with { Company = company });

    private Task<SpooledMessage> CommitAsync(IMailSpool spool, string id) => SampleMail.CommitAsync(spool, id, SampleMail.Octets(600, 600), _clock.GetUtcNow(), "hook");
}
