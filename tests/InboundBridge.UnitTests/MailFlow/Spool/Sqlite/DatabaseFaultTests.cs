using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.UnitTests.MailFlow.Spool.Bodies;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Log;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>
/// Faults under SQLite's own files: whatever fails, and whenever the power is lost afterwards, no mail that got 250 is lost.
/// </summary>
public class DatabaseFaultTests
{
    private const string Log = "spool.db-wal";

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Enough commits for several checkpoints. After each, the disk is checked as a power loss might leave it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Any_part_of_what_was_not_synced_may_be_lost_at_every_commit_boundary(int seed)
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var files = new FaultyFiles(folder.Path);
        var chance = new Random(seed);
        await using var spool = await OpenAsync(folder, disk, files);
        for (var index = 0; index < 360; index++)
        {
            await SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, LengthOf(index)), Now, "hook");
            if (index % 6 == 0)
                await CompleteAsync(spool, $"m{index}-0");
            if (index % 9 == 0)
                await CheckAfterPowerLossAsync(folder, disk, files, chance, index);
        }
    }

    /// <summary>
    /// The power is lost while a commit is being synced: that commit is there whole or not at all, and all earlier ones are there.
    /// </summary>
    [Fact]
    public async Task A_power_loss_in_the_middle_of_a_commit_leaves_it_whole_or_not_at_all()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var chance = new Random(7);
        var committed = 0;
        var images = new List<(int Committed, SpoolFolder Disk)>();
        await using (var spool = await OpenAsync(folder, disk))
        {
            disk.Syncing = _ =>
            {
                if (chance.Next(8) != 0)
                    return;
                var image = new SpoolFolder();
                disk.LosePower(image, chance);
                images.Add((committed, image));
            };
            for (; committed < 260; committed++)
                await SampleMail.CommitAsync(spool, $"m{committed}", SampleMail.Octets(committed, 5000), Now, "hook");
            disk.Syncing = _ => { };
        }
        Assert.True(images.Count > 15);
        foreach (var (promised, image) in images)
        {
            using (image)
            {
                await using var after = await SpoolOpening.OpenAsync(image.Path, _clock);
                Assert.InRange((await after.ReadTotalsAsync(CancellationToken.None)).Messages, promised, promised + 1);
                for (var index = Math.Max(0, promised - 10); index < promised; index++)
                    Assert.Equal(SampleMail.Octets(index, 5000), await SampleMail.ReadAsync(after, $"m{index}"));
            }
        }
    }

    [Theory]
    [InlineData(Log, nameof(FaultyOperation.Write))]
    [InlineData(Log, nameof(FaultyOperation.Sync))]
    [InlineData("spool.db", nameof(FaultyOperation.Write))]
    [InlineData("spool.db", nameof(FaultyOperation.Sync))]
    [InlineData("", nameof(FaultyOperation.Write))]
    [InlineData("", nameof(FaultyOperation.Sync))]
    public async Task An_error_of_input_or_output_costs_no_mail_that_was_promised(string file, string operation)
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var chance = new Random(11);
        var promised = new List<int>();
        var refused = 0;
        await using var spool = await OpenAsync(folder, disk);
        for (var index = 0; index < 280; index++)
        {
            // Several failing operations each time, one of them during a checkpoint.
            var isBad = index % 70 is > 40 and < 60;
            disk.Fails = (name, what) => isBad && (file.Length == 0 || name == file) && what.ToString() == operation && chance.Next(3) > 0;
            try
            {
                await SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, 6000), Now, "hook");
                promised.Add(index);
            }
            catch (SpoolUnavailableException)
            {
                refused++;
                Assert.Equal(SpoolCondition.Failing, spool.Condition);
            }
            if (index % 70 == 65)
                await CheckAsync(folder, disk, chance, promised);
        }
        disk.Fails = (_, _) => false;
        await SampleMail.CommitAsync(spool, "last", SampleMail.Octets(1, 100), Now, "hook");
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
        if (file != "spool.db")
            Assert.InRange(refused, 1, 100);
        await CheckAsync(folder, disk, chance, promised);
    }

    /// <summary>
    /// A failed sync leaves octets that can be read and are not on the disk. The next process
    /// reads them as commits, and what it appends must be safe.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_log_that_an_earlier_process_could_not_sync_is_rewritten_before_it_is_read(int seed)
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using (var spool = await OpenAsync(folder, disk))
        {
            for (var index = 0; index < 40; index++)
                await SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, 600), Now, "hook");
        }
        await using (var spool = await OpenAsync(folder, disk))
        {
            // The next change touches pages that the log does not hold yet.
            await SampleMail.CommitAsync(spool, "m40", SampleMail.Octets(40, 600), Now, "hook");
            disk.Fails = (_, what) => what == FaultyOperation.Sync;
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => CompleteAsync(spool, "m0-0"));
        }
        disk.Fails = (_, _) => false;
        var chance = new Random(seed);
        var images = new List<SpoolFolder>();
        disk.Syncing = _ =>
        {
            images.Add(new SpoolFolder());
            disk.LosePower(images[^1], chance);
        };
        await using (await OpenAsync(folder, disk))
            disk.Syncing = _ => { };
        Assert.NotEmpty(images);
        foreach (var image in images)
        {
            using (image)
            {
                await using var after = await SpoolOpening.OpenAsync(image.Path, _clock);
                for (var index = 0; index <= 40; index++)
                    Assert.Equal(SampleMail.Octets(index, 600), await SampleMail.ReadAsync(after, $"m{index}"));
                var delivered =
                    await after.ListDeliveriesAsync(
                        new DeliveryFilter { State = DeliveryState.Delivered }, null, 100, CancellationToken.None);
                Assert.Equal(
                    delivered.Items.Count,
                    (await after.ReadTotalsAsync(CancellationToken.None)).Deliveries.Where(tally => tally.State == DeliveryState.Delivered)
                        .Sum(tally => tally.Count));
            }
        }
    }

    [Fact]
    public async Task A_disk_that_turns_read_only_while_open_is_temporary()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var files = new FaultyFiles(folder.Path);
        await using var spool = await OpenAsync(folder, disk, files);
        await SampleMail.CommitAsync(spool, "before", SampleMail.Octets(1, 20_000), Now, "hook");
        // As ext4 does after an error: writing fails and reading works.
        disk.Fails = (_, _) => true;
        files.WritesFail = files.SyncsFail = true;
        await Assert.ThrowsAsync<SpoolUnavailableException>(
            () => SampleMail.CommitAsync(spool, "small", SampleMail.Octets(2, 300), Now, "hook"));
        await Assert.ThrowsAsync<SpoolUnavailableException>(
            () => SampleMail.CommitAsync(spool, "large", SampleMail.Octets(2, 20_000), Now, "hook"));
        Assert.Equal(SpoolCondition.Failing, spool.Condition);
        Assert.Equal(SampleMail.Octets(1, 20_000), await SampleMail.ReadAsync(spool, "before"));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => CompleteAsync(spool, "before-0"));
        disk.Fails = (_, _) => false;
        files.WritesFail = files.SyncsFail = false;
        await CompleteAsync(spool, "before-0");
        await SampleMail.CommitAsync(spool, "after", SampleMail.Octets(3, 20_000), Now, "hook");
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
        Assert.Equal(2, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task A_log_that_cannot_be_moved_grows_says_so_once_and_is_moved_when_it_can_be()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var log = new CaptureLog();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, disk.Under, log: log))
        {
            disk.Fails = (name, _) => name == "spool.db";
            await CommitManyAsync(spool, 0, 1200);
            Assert.Equal(SpoolCondition.Ready, spool.Condition);
            Assert.Equal(1, log.Count(2007));
            var (database, grown) = (Length("spool.db"), Length(Log));
            disk.Fails = (_, _) => false;
            await CommitManyAsync(spool, 1200, 2400);
            Assert.True(Length("spool.db") > database + (1200 * 5000));
            // The log starts over and overwrites its first octets.
            Assert.True(Length(Log) < grown * 1.5);
            Assert.Equal(1, log.Count(2007));
        }
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock);
        Assert.Equal(2400, (await after.ReadTotalsAsync(CancellationToken.None)).Messages);

        long Length(string name) => new FileInfo(Path.Combine(folder.Path, name)).Length;
    }

    [Fact]
    public async Task A_spool_that_is_closed_after_a_failed_sync_leaves_its_log_to_the_next_start()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using (var spool = await OpenAsync(folder, disk))
        {
            await SampleMail.CommitAsync(spool, "promised", SampleMail.Octets(1, 3000), Now, "hook");
            disk.Fails = (name, what) => name == Log && what == FaultyOperation.Sync;
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => SampleMail.CommitAsync(spool, "refused", [2], Now, "hook"));
            disk.Fails = (_, _) => false;
        }
        Assert.True(new FileInfo(Path.Combine(folder.Path, Log)) is { Exists: true, Length: > 0 });
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock);
        Assert.Equal(SampleMail.Octets(1, 3000), await SampleMail.ReadAsync(after, "promised"));
    }

    [Fact]
    public async Task A_sync_of_the_log_that_hangs_makes_the_spool_report_slow_commits()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(folder, disk);
        using var held = new HeldSyncs(disk);
        var commit = SampleMail.CommitAsync(spool, "m1", [1], Now, "hook");
        await held.BegunAsync();
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(SpoolCondition.CommitsSlow, spool.Condition);
        Assert.False(commit.IsCompleted);
        held.Release();
        await commit;
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
    }

    private async Task CommitManyAsync(IMailSpool spool, int from, int to)
    {
        for (; from < to; from += 40)
            await Task.WhenAll(
                Enumerable.Range(from, 40)
                    .Select(index => SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, 5000), Now, "hook")));
    }

    private static int LengthOf(int index) => index % 10 == 0 ? SpoolOpening.InlineLimit * 2 : 4000 + (index % 7 * 300);

    private Task<IMailSpool> OpenAsync(SpoolFolder folder, FaultyDatabaseDisk disk, FaultyFiles? files = null, CaptureLog? log = null) =>
        SpoolOpening.OpenAsync(folder.Path, _clock, internals => disk.Under(internals) with { Files = files }, log: log);

    private async Task CompleteAsync(IMailSpool spool, string id)
    {
        var delivery = (await spool.FindDeliveryAsync(id, CancellationToken.None))!;
        await spool.CompleteAsync(
            new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Delivered, EndedAt = Now } }, CancellationToken.None);
    }

    private async Task CheckAfterPowerLossAsync(SpoolFolder folder, FaultyDatabaseDisk disk, FaultyFiles files, Random chance, int last)
    {
        using var image = folder.Copy();
        disk.LosePower(image, chance);
        files.LosePower(image);
        await using var after = await SpoolOpening.OpenAsync(image.Path, _clock);
        Assert.Equal(last + 1, (await after.ReadTotalsAsync(CancellationToken.None)).Messages);
        for (var index = last % 27 == 0 ? 0 : Math.Max(0, last - 20); index <= last; index++)
        {
            Assert.Equal(SampleMail.Octets(index, LengthOf(index)), await SampleMail.ReadAsync(after, $"m{index}"));
            var expected = index % 6 == 0 ? DeliveryState.Delivered : DeliveryState.Pending;
            Assert.Equal(expected, (await after.FindDeliveryAsync($"m{index}-0", CancellationToken.None))!.State);
        }
    }

    /// <summary>
    /// After a power loss every mail that got 250 is there. A mail that was refused may be there, because its fate was unknown.
    /// </summary>
    private async Task CheckAsync(SpoolFolder folder, FaultyDatabaseDisk disk, Random chance, List<int> promised)
    {
        using var image = folder.Copy();
        disk.LosePower(image, chance);
        await using var after = await SpoolOpening.OpenAsync(image.Path, _clock);
        foreach (var index in promised)
            Assert.Equal(SampleMail.Octets(index, 6000), await SampleMail.ReadAsync(after, $"m{index}"));
    }
}
