using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.UnitTests.MailFlow.Spool.Bodies;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>
/// A disk that is full, fails or hangs: the peer gets a temporary failure, no mail is stored
/// in part, and everything works again when the disk does.
/// </summary>
public class DiskFaultTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task A_body_that_cannot_be_written_is_a_temporary_failure_and_leaves_no_file()
    {
        using var folder = new SpoolFolder();
        var files = new FaultyFiles(folder.Path);
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, internals => internals with { Files = files });
        var large = SampleMail.Octets(1, SpoolOpening.InlineLimit * 20);
        files.WritesFail = true;
        await using (var staged = spool.Stage("m1"))
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => staged.WriteAsync(large, CancellationToken.None).AsTask());
        Assert.Empty(files.List());
        files.WritesFail = false;
        await SampleMail.CommitAsync(spool, "m1", large, Now);
        Assert.Equal(large, await SampleMail.ReadAsync(spool, "m1"));
    }

    [Fact]
    public async Task A_sync_that_fails_fails_the_commit_and_the_next_one_works()
    {
        using var folder = new SpoolFolder();
        var files = new FaultyFiles(folder.Path);
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, internals => internals with { Files = files });
        var large = SampleMail.Octets(1, SpoolOpening.InlineLimit * 2);
        files.SyncsFail = true;
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => SampleMail.CommitAsync(spool, "m1", large, Now));
        files.SyncsFail = false;
        Assert.Null(await spool.FindMessageAsync("m1", CancellationToken.None));
        Assert.Empty(files.List());
        await SampleMail.CommitAsync(spool, "m1", large, Now);
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
        Assert.Equal(large, await SampleMail.ReadAsync(spool, "m1"));
    }

    [Fact]
    public async Task On_a_full_disk_new_mail_is_refused_and_deliveries_end_now_or_when_there_is_room()
    {
        using var folder = new SpoolFolder();
        var kept = new List<string>();
        var waiting = new List<DeliveryCompletion>();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, internals => internals with { LargestPages = 120 }))
        {
            while (await TryCommitAsync(spool, $"m{kept.Count}", kept.Count))
                kept.Add($"m{kept.Count}");
            Assert.InRange(kept.Count, 10, 100);
            Assert.Equal(SpoolCondition.Failing, spool.Condition);
            foreach (var id in kept)
            {
                Assert.Equal(SampleMail.Octets(kept.IndexOf(id), 6000), await SampleMail.ReadAsync(spool, id));
                var delivery = (await spool.FindDeliveryAsync($"{id}-0", CancellationToken.None))!;
                var completion = new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Delivered, EndedAt = Now } };
                // New mail that waits for the same commit must not take the completion with it.
                var refused = TryCommitAsync(spool, "more", 1);
                if (!await TryCompleteAsync(spool, completion))
                    waiting.Add(completion);
                Assert.False(await refused);
            }
        }
        Assert.InRange(waiting.Count, 0, kept.Count - 5);
        await using var roomy = await SpoolOpening.OpenAsync(folder.Path, _clock);
        foreach (var completion in waiting)
            Assert.True(await TryCompleteAsync(roomy, completion));
        Assert.Equal(
            [new DeliveryTally("hook", DeliveryState.Delivered, kept.Count)],
            (await roomy.ReadTotalsAsync(CancellationToken.None)).Deliveries);
        Assert.True(await TryCommitAsync(roomy, "more", 1));
        Assert.Equal(SpoolCondition.Ready, roomy.Condition);
    }

    [Theory]
    [InlineData(SQLitePCL.raw.SQLITE_IOERR_FSYNC)]
    [InlineData(SQLitePCL.raw.SQLITE_IOERR_WRITE)]
    [InlineData(SQLitePCL.raw.SQLITE_READONLY)]
    public async Task An_error_of_the_disk_in_a_commit_fails_all_of_it_and_the_next_one_works_on_a_new_connection(int code)
    {
        using var folder = new SpoolFolder();
        var fails = false;
        var files = new FaultyFiles(folder.Path);
        await using (var spool =
            await SpoolOpening.OpenAsync(
                folder.Path, _clock, internals => internals with { Files = files, BeforeCommit = () => Break(fails, code) }))
        {
            Assert.True(await TryCommitAsync(spool, "before", 1));
            fails = true;
            Assert.False(await TryCommitAsync(spool, "small", 2));
            await Assert.ThrowsAsync<SpoolUnavailableException>(
                () => SampleMail.CommitAsync(spool, "large", SampleMail.Octets(3, 20_000), Now, "hook"));
            Assert.Equal(SpoolCondition.Failing, spool.Condition);
            // It is unknown whether the log holds the row, so the file must stay until the next start.
            Assert.Equal(["large"], files.List());
            fails = false;
            Assert.True(await TryCommitAsync(spool, "after", 4));
            Assert.Equal(SpoolCondition.Ready, spool.Condition);
            Assert.Equal(2, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        }
        await using var reopened = await SpoolOpening.OpenAsync(folder.Path, _clock);
        Assert.Equal(
            ["after", "before"],
            (await reopened.ListMessagesAsync(new MessageFilter(), null, 10, CancellationToken.None)).Items.Select(message => message.Id)
                .Order());
        Assert.Equal(2, (await reopened.ReadTotalsAsync(CancellationToken.None)).Messages);
        Assert.Empty(files.List());
    }

    [Fact]
    public async Task Below_the_minimum_of_free_space_the_spool_reports_a_full_disk()
    {
        using var folder = new SpoolFolder();
        var files = new FaultyFiles(folder.Path) { FreeBytes = 1000 };
        await using var spool = await SpoolOpening.OpenAsync(
            folder.Path, _clock, internals => internals with { Files = files }, options => options with { MinimumFree = 1000 });
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
        files.FreeBytes = 999;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SpoolCondition.DiskLow, spool.Condition);
        await SampleMail.CommitAsync(spool, "m1", [1], Now, "hook");
        files.FreeBytes = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
    }

    [Fact]
    public async Task A_disk_that_hangs_makes_the_spool_report_slow_commits()
    {
        using var folder = new SpoolFolder();
        using var stuck = new ManualResetEventSlim();
        var files = new FaultyFiles(folder.Path);
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, internals => internals with { Files = files });
        files.Stuck = stuck;
        var commit = SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, SpoolOpening.InlineLimit * 2), Now, "hook");
        await files.Hanging.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(SpoolCondition.CommitsSlow, spool.Condition);
        stuck.Set();
        await commit;
        await SampleMail.CommitAsync(spool, "m2", [1], Now);
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
    }

    private static void Break(bool fails, int code)
    {
        if (fails)
            throw new SqliteFault(code, "disk I/O error", "commit");
    }

    private async Task<bool> TryCommitAsync(IMailSpool spool, string id, int seed)
    {
        try
        {
            await SampleMail.CommitAsync(spool, id, SampleMail.Octets(seed, 6000), Now, "hook");
            return true;
        }
        catch (SpoolUnavailableException)
        {
            return false;
        }
    }

    private static async Task<bool> TryCompleteAsync(IMailSpool spool, DeliveryCompletion completion)
    {
        try
        {
            await spool.CompleteAsync(completion, CancellationToken.None);
            return true;
        }
        catch (SpoolUnavailableException)
        {
            return false;
        }
    }
}
