using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Log;

/// <summary>We sync commits instead of SQLite, and commits that could not be synced are cut off the log.</summary>
public class LogSyncTests
{
    private const string Log = "spool.db-wal";

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly CaptureLog _lines = new();

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task Writes_that_could_not_be_synced_are_not_in_the_spool_afterwards()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using (var spool = await OpenAsync(disk))
        {
            await CommitAsync(spool, "before", 600);
            disk.Fails = IsSyncOfLog;
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => CommitAsync(spool, "refused", 600));
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => CommitAsync(spool, "refused-large", SpoolOpening.InlineLimit * 2));
            Assert.Equal(SpoolCondition.Failing, spool.Condition);
            disk.Fails = (_, _) => false;
            await CommitAsync(spool, "after", 600);
            Assert.Equal(["after", "before"], await ListAsync(spool));
            Assert.Equal(2, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
            Assert.Equal(SpoolCondition.Ready, spool.Condition);
            Assert.Equal(1, _lines.Count(2008));
        }
        await using var reopened = await SpoolOpening.OpenAsync(folder.Path, _clock);
        Assert.Equal(["after", "before"], await ListAsync(reopened));
        // It was unknown whether its row was durable, so its file stayed until this start.
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "bodies")));
    }

    /// <summary>
    /// Syncs fail at any place: in the middle of a log, right after it started over, several in a row, and those of the cut itself.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_sync_fails_the_spool_has_what_it_promised_and_nothing_else(int seed)
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        var chance = new Random(seed);
        var promised = new HashSet<string>(StringComparer.Ordinal);
        var refused = 0;
        await using var spool = await OpenAsync(disk);
        disk.Fails = (name, what) => IsSyncOfLog(name, what) && chance.Next(8) == 0;
        for (var index = 0; index < 500; index += 5)
        {
            var commits = Enumerable.Range(index, 5).Select(async number =>
            {
                await CommitAsync(spool, $"m{number}", 5000);
                return $"m{number}";
            }).ToList();
            foreach (var commit in commits)
            {
                try
                {
                    promised.Add(await commit);
                }
                catch (SpoolUnavailableException)
                {
                    refused++;
                }
            }
        }
        disk.Fails = (_, _) => false;
        await CommitAsync(spool, "last", 100);
        promised.Add("last");
        Assert.InRange(refused, 5, 400);
        Assert.Equal(promised.Order(StringComparer.Ordinal), await ListAsync(spool));
        Assert.Equal(promised.Count, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        using var image = folder.Copy();
        disk.LosePower(image, chance);
        await using var after = await SpoolOpening.OpenAsync(image.Path, _clock);
        Assert.Equal(promised.Order(StringComparer.Ordinal), await ListAsync(after));
        foreach (var id in promised.Where(id => id != "last"))
            Assert.Equal(SampleMail.Octets(5000, 5000), await SampleMail.ReadAsync(after, id));
    }

    [Fact]
    public async Task Writes_that_arrive_during_a_sync_share_the_next_sync()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(disk);
        await CommitAsync(spool, "first", 600);
        using var held = new HeldSyncs(disk);
        var second = CommitAsync(spool, "second", 600);
        await held.BegunAsync();
        var length = new FileInfo(Path.Combine(folder.Path, Log)).Length;
        var others = Enumerable.Range(0, 30).Select(index => CommitAsync(spool, $"m{index}", 600)).ToList();
        // Nothing is appended to a commit that may still be refused.
        Assert.Equal(length, new FileInfo(Path.Combine(folder.Path, Log)).Length);
        Assert.DoesNotContain(others, commit => commit.IsCompleted);
        held.Release();
        await second;
        await Task.WhenAll(others);
        Assert.Equal(2, held.Count);
        Assert.Equal(32, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task Writes_gathered_during_a_failed_sync_are_committed_to_the_mended_log()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(disk);
        await CommitAsync(spool, "first", 600);
        using var held = new HeldSyncs(disk);
        var failures = 1;
        disk.Fails = (name, what) => IsSyncOfLog(name, what) && failures-- > 0;
        var refused = CommitAsync(spool, "refused", 600);
        await held.BegunAsync();
        var others = Enumerable.Range(0, 20).Select(index => CommitAsync(spool, $"m{index}", 600)).ToList();
        held.Release();
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => refused);
        await Task.WhenAll(others);
        Assert.Null(await spool.FindMessageAsync("refused", CancellationToken.None));
        Assert.Equal(21, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
    }

    /// <summary>
    /// MAIL is refused until a commit succeeds. With MAIL refused and an empty queue, no other write would bring that commit.
    /// </summary>
    [Fact]
    public async Task A_failed_spool_finds_out_by_itself_that_the_disk_works_again()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(disk);
        disk.Fails = (_, _) => true;
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => CommitAsync(spool, "refused", 600));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(SpoolCondition.Failing, spool.Condition);
        disk.Fails = (_, _) => false;
        while (spool.Condition == SpoolCondition.Failing)
        {
            // A probe that began before the disk recovered may still fail; the next one succeeds.
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await _lines.NextAsync(2002);
        Assert.Equal(1, _lines.Count(2001));
        await CommitAsync(spool, "after", 600);
        Assert.Equal(["after"], await ListAsync(spool));
    }

    [Fact]
    public async Task A_spool_whose_log_is_torn_refuses_reads_only_while_it_cannot_be_mended()
    {
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using var spool = await OpenAsync(disk);
        await CommitAsync(spool, "before", 600);
        disk.Fails = (_, what) => what == FaultyOperation.Sync;
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => CommitAsync(spool, "refused", 600));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => CommitAsync(spool, "refused too", 600));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => SampleMail.ReadAsync(spool, "before"));
        disk.Fails = (_, _) => false;
        await CommitAsync(spool, "after", 600);
        Assert.Equal(SampleMail.Octets(600, 600), await SampleMail.ReadAsync(spool, "before"));
    }

    [Fact]
    public async Task No_descriptor_stays_open_not_even_after_a_mended_log()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "descriptors are counted in /proc");
        using var folder = new SpoolFolder();
        using var disk = new FaultyDatabaseDisk(folder.Path);
        await using (var spool = await OpenAsync(disk))
        {
            await CommitAsync(spool, "m1", 600);
            disk.Fails = IsSyncOfLog;
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => CommitAsync(spool, "m2", 600));
            disk.Fails = (_, _) => false;
            await CommitAsync(spool, "m3", 600);
            Assert.Contains(Path.Combine(folder.Path, Log), folder.Descriptors());
        }
        Assert.Empty(folder.Descriptors());
    }

    private static bool IsSyncOfLog(string name, FaultyOperation what) => name == Log && what == FaultyOperation.Sync;

    private static async Task<List<string>> ListAsync(IMailSpool spool) =>
        [.. (await spool.ListMessagesAsync(new MessageFilter(), null, 1000, CancellationToken.None)).Items.Select(message => message.Id)
            .Order(StringComparer.Ordinal)];

    private Task<IMailSpool> OpenAsync(FaultyDatabaseDisk disk) => SpoolOpening.OpenAsync(disk.Folder, _clock, disk.Under, log: _lines);

    private Task<SpooledMessage> CommitAsync(IMailSpool spool, string id, int length) =>
        SampleMail.CommitAsync(spool, id, SampleMail.Octets(length, length), Now, "hook");
}
