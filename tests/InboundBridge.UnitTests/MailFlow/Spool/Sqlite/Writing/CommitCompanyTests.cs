using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Bodies;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Log;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>After a large commit the next one waits for more than a few writes.</summary>
public class CommitCompanyTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Fact]
    public async Task After_a_large_commit_the_next_has_at_least_a_quarter_as_many_writes()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(disk, TimeSpan.FromMinutes(1));
        await CommitManyAsync(disk, spool);
        var next = Enumerable.Range(0, 8).Select(index => CommitAsync(spool, $"next{index}")).ToList();
        await Task.WhenAny(next).WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.InRange((await spool.ReadTotalsAsync(CancellationToken.None)).Messages, 18 + 4, 18 + 8);
        await Task.WhenAll(next).WaitAsync(Longest, TestContext.Current.CancellationToken);
    }

    /// <summary>The writer has one write in its transaction and is let go before any other has come.</summary>
    [Fact]
    public async Task A_transaction_of_one_write_waits_for_others_after_a_large_commit()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var files = new FaultyFiles(folder.Path);
        await using var spool = await OpenAsync(disk, TimeSpan.FromMinutes(1), files);
        await CommitManyAsync(disk, spool);
        using var stuck = new ManualResetEventSlim();
        files.Stuck = stuck;
        var large = SampleMail.CommitAsync(spool, "large", SampleMail.Octets(1, 20_000), _clock.GetUtcNow(), "hook");
        await files.Hanging.Task.WaitAsync(Longest, TestContext.Current.CancellationToken);
        files.Stuck = null;
        stuck.Set();
        var others = Enumerable.Range(0, 7).Select(index => CommitAsync(spool, $"next{index}")).ToList();
        await large.WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.InRange((await spool.ReadTotalsAsync(CancellationToken.None)).Messages, 18 + 4, 18 + 8);
        await Task.WhenAll(others).WaitAsync(Longest, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_single_write_waits_only_briefly_for_others()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(disk, new SpoolInternals().Company);
        await CommitManyAsync(disk, spool);
        await CommitAsync(spool, "alone").WaitAsync(Longest, TestContext.Current.CancellationToken);
        await CommitAsync(spool, "next").WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.Equal(20, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task A_write_that_waits_for_others_is_committed_when_the_spool_closes()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var spool = await OpenAsync(disk, TimeSpan.FromMinutes(1));
        await CommitManyAsync(disk, spool);
        var alone = CommitAsync(spool, "alone");
        await spool.DisposeAsync().AsTask().WaitAsync(Longest, TestContext.Current.CancellationToken);
        await alone;
        await using var reopened = await SpoolOpening.OpenAsync(folder.Path, _clock);
        Assert.Equal(19, (await reopened.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    /// <summary>Eighteen writes: one, another, and during its sync sixteen that share the next commit.</summary>
    private async Task CommitManyAsync(FaultyDatabaseDisk disk, IMailSpool spool)
    {
        // The first sync covers the header of the new log too.
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

    private Task<IMailSpool> OpenAsync(FaultyDatabaseDisk disk, TimeSpan company, FaultyFiles? files = null) =>
        SpoolOpening.OpenAsync(disk.Folder, _clock, internals => disk.Under(internals) with { Company = company, Files = files });

    private Task<SpooledMessage> CommitAsync(IMailSpool spool, string id) =>
        SampleMail.CommitAsync(spool, id, SampleMail.Octets(600, 600), _clock.GetUtcNow(), "hook");
}
