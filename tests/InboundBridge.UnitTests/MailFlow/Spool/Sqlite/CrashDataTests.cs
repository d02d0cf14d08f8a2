using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>
/// <c>tests/testdata/crash</c> keeps a directory as a killed process left it: a log that was never checkpointed, and a file of a mail whose
/// commit never came. The second test writes a new one when <c>INBOUNDBRIDGE_WRITE_CRASH_DATA</c> names the folder.
/// </summary>
public class CrashDataTests
{
    private const string WriteVariable = "INBOUNDBRIDGE_WRITE_CRASH_DATA";

    [Fact]
    public async Task What_a_killed_process_left_opens_with_every_commit_and_without_the_unfinished_file()
    {
        using var folder = new SpoolFolder();
        folder.Fill(Path.Combine(RepositoryFiles.Root, "tests/testdata/crash/killed-while-receiving"));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder.Path, "bodies")).Length);
        var log = new CaptureLog();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start), log: log);
        Assert.Contains("3 messages, 2 open deliveries, 1 unfinished files removed", await log.NextAsync(2000), StringComparison.Ordinal);
        Assert.Equal("committed-large.eml", Path.GetFileName(Directory.GetFiles(Path.Combine(folder.Path, "bodies")).Single()));
        Assert.Equal(SampleMail.Octets(1, 500), await SampleMail.ReadAsync(spool, "committed-small"));
        Assert.Equal(SampleMail.Octets(2, 9000), await SampleMail.ReadAsync(spool, "committed-large"));
        Assert.Equal(DeliveryState.Delivered, (await spool.FindDeliveryAsync("delivered-0", CancellationToken.None))!.State);
        Assert.Null(await spool.FindMessageAsync("unfinished", CancellationToken.None));
    }

    [Fact]
    public async Task Directory_of_a_killed_process_is_written_on_request()
    {
        if (Environment.GetEnvironmentVariable(WriteVariable) is not { } path)
        {
            Assert.Skip($"set {WriteVariable} to write one");
            return;
        }
        using var folder = new SpoolFolder();
        var clock = new FakeTimeProvider(FakeTime.Start);
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, clock);
        await SampleMail.CommitAsync(spool, "delivered", [1], clock.GetUtcNow(), "hook");
        await SampleMail.CommitAsync(spool, "committed-small", SampleMail.Octets(1, 500), clock.GetUtcNow(), "hook");
        await SampleMail.CommitAsync(spool, "committed-large", SampleMail.Octets(2, 9000), clock.GetUtcNow(), "hook");
        var delivery = (await spool.FindDeliveryAsync("delivered-0", CancellationToken.None))!;
        await spool.CompleteAsync(
            new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Delivered, EndedAt = clock.GetUtcNow() } },
            CancellationToken.None);
        await using var unfinished = await SampleMail.StageAsync(spool, "unfinished", SampleMail.Octets(3, 9000));
        using var copy = folder.Copy();
        Directory.CreateDirectory(path);
        foreach (var file in Directory.EnumerateFiles(copy.Path, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            var target = Path.Combine(path, Path.GetRelativePath(copy.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
