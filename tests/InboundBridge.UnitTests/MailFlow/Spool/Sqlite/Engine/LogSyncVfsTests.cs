using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

public class LogSyncVfsTests
{
    [Fact]
    public async Task The_log_has_a_descriptor_of_ours_beside_SQLites_and_none_stays_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the log is synced by SQLite alone elsewhere");
        Assert.NotNull(LogSyncVfs.Name);
        using var folder = new SpoolFolder();
        var clock = new FakeTimeProvider(FakeTime.Start);
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, clock))
        {
            await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 3000), clock.GetUtcNow(), "hook");
            // The writer's connection and the one that keeps the log's index have two descriptors each.
            Assert.True(folder.Descriptors().Count(file => file.EndsWith("/spool.db-wal", StringComparison.Ordinal)) >= 4);
        }
        Assert.Empty(folder.Descriptors());
    }
}
