using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Bodies;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>At each moment a power loss or a kill leaves every committed mail whole, and nothing else.</summary>
public class PowerLossTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task Every_commit_is_there_in_a_copy_of_the_disk_made_right_after_it()
    {
        using var folder = new SpoolFolder();
        var files = new FaultyFiles(folder.Path);
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, internals => internals with { Files = files });
        for (var index = 0; index < 24; index++)
        {
            var length = index % 3 == 0 ? SpoolOpening.InlineLimit * 3 : 300 * index;
            await SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, length), Now, "hook");
            // A mail that is still being received and one that was dropped must leave nothing.
            await using var unfinished =
                await SampleMail.StageAsync(spool, $"u{index}", SampleMail.Octets(1, SpoolOpening.InlineLimit * 2));
            if (index % 4 != 0)
                continue;
            using var disk = folder.Copy();
            files.LosePower(disk);
            await using var after = await SpoolOpening.OpenAsync(disk.Path, _clock);
            Assert.Equal(index + 1, (await after.ReadTotalsAsync(CancellationToken.None)).Messages);
            for (var earlier = 0; earlier <= index; earlier++)
            {
                var expected = earlier % 3 == 0 ? SpoolOpening.InlineLimit * 3 : 300 * earlier;
                Assert.Equal(SampleMail.Octets(earlier, expected), await SampleMail.ReadAsync(after, $"m{earlier}"));
            }
            Assert.Equal((index / 3) + 1, Directory.GetFiles(Path.Combine(disk.Path, "bodies")).Length);
        }
    }

    [Fact]
    public async Task A_log_whose_unsynced_tail_was_torn_still_has_every_commit()
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        var log = Path.Combine(folder.Path, "spool.db-wal");
        var lengths = new List<long>();
        for (var index = 0; index < 10; index++)
        {
            await SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, 3000), Now, "hook");
            lengths.Add(new FileInfo(log).Length);
        }
        for (var committed = 0; committed < 10; committed++)
        {
            using var disk = folder.Copy();
            await using (var tail = new FileStream(Path.Combine(disk.Path, "spool.db-wal"), FileMode.Open))
            {
                // What was written after the sync of the commit may be there in part, or be garbage.
                tail.SetLength(Math.Min(tail.Length, lengths[committed] + 5000));
                tail.Position = lengths[committed];
                await tail.WriteAsync(SampleMail.Octets(committed, (int)Math.Min(2000, tail.Length - tail.Position)));
            }
            await using var after = await SpoolOpening.OpenAsync(disk.Path, _clock);
            Assert.Equal(committed + 1, (await after.ReadTotalsAsync(CancellationToken.None)).Messages);
            for (var index = 0; index <= committed; index++)
                Assert.Equal(SampleMail.Octets(index, 3000), await SampleMail.ReadAsync(after, $"m{index}"));
        }
    }

    [Fact]
    public async Task A_large_mail_that_follows_from_a_result_is_there_after_a_power_loss()
    {
        using var folder = new SpoolFolder();
        var files = new FaultyFiles(folder.Path);
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, internals => internals with { Files = files });
        await SampleMail.CommitAsync(spool, "m1", [1], Now, "hook");
        var delivery = (await spool.FindDeliveryAsync("m1-0", CancellationToken.None))!;
        var octets = SampleMail.Octets(1, SpoolOpening.InlineLimit * 2);
        await using var staged = await SampleMail.StageAsync(spool, "bounce", octets);
        var completion = new DeliveryCompletion
        {
            Delivery = delivery with { State = DeliveryState.Dead, EndedAt = Now },
            FollowUps = [new NewMail(staged, SampleMail.Message(staged, Now), [])],
        };
        Assert.Equal(CompletionResult.Recorded, await spool.CompleteAsync(completion, CancellationToken.None));
        using var disk = folder.Copy();
        files.LosePower(disk);
        await using var after = await SpoolOpening.OpenAsync(disk.Path, _clock);
        Assert.Equal(octets, await SampleMail.ReadAsync(after, "bounce"));
    }

    [Fact]
    public async Task A_completion_is_whole_or_not_there()
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        await SampleMail.CommitAsync(spool, "m1", [1], Now, "hook");
        var delivery = (await spool.FindDeliveryAsync("m1-0", CancellationToken.None))!;
        var before = new FileInfo(Path.Combine(folder.Path, "spool.db-wal")).Length;
        await using var staged = await SampleMail.StageAsync(spool, "bounce", [2]);
        await spool.CompleteAsync(
            new DeliveryCompletion
            {
                Delivery = delivery with { State = DeliveryState.Dead, EndedAt = Now },
                FollowUps = [new NewMail(staged, SampleMail.Message(staged, Now), [])],
            },
            CancellationToken.None);
        var after = new FileInfo(Path.Combine(folder.Path, "spool.db-wal")).Length;
        for (var length = before; length <= after; length += 1000)
        {
            using var disk = folder.Copy();
            await using (var tail = new FileStream(Path.Combine(disk.Path, "spool.db-wal"), FileMode.Open))
                tail.SetLength(length);
            await using var reopened = await SpoolOpening.OpenAsync(disk.Path, _clock);
            var isDead = (await reopened.FindDeliveryAsync("m1-0", CancellationToken.None))!.State == DeliveryState.Dead;
            Assert.Equal(isDead, await reopened.FindMessageAsync("bounce", CancellationToken.None) is not null);
        }
    }
}
