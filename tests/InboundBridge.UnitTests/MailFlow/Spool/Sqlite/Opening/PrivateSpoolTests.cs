using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Sqlite;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Opening;

/// <summary>
/// Only the owner can read a spool: folders are 0700 and files 0600, whatever the umask, and those of earlier versions are changed.
/// </summary>
public class PrivateSpoolTests
{
    private const UnixFileMode Wide = PrivateFiles.FileMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode WideFolder =
        PrivateFiles.FolderMode | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Fact]
    public async Task Everything_that_a_new_spool_creates_is_private()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists");
        using var folder = new SpoolFolder();
        var path = Path.Combine(folder.Path, "spool");
        await using var spool = await SpoolOpening.OpenAsync(path, _clock);
        await SampleMail.CommitAsync(spool, "small", SampleMail.Octets(1, 1000), _clock.GetUtcNow(), "hook");
        await SampleMail.CommitAsync(spool, "large", SampleMail.Octets(2, 200_000), _clock.GetUtcNow(), "hook");
        AssertPrivate(path, atLeast: 5);
    }

    [Fact]
    public async Task A_spool_of_an_earlier_version_is_made_private_and_logs_that_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists");
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock))
            await SampleMail.CommitAsync(spool, "large", SampleMail.Octets(2, 200_000), _clock.GetUtcNow(), "hook");
        File.WriteAllText(Path.Combine(folder.Path, "link.key"), "key");
        Widen(folder.Path);
        var log = new CaptureLog();
        await using (await SqliteMailSpool.OpenAsync(
            new SpoolOptions { Path = folder.Path, MinimumFree = 0 }, _clock, log, new MetricRegistry(), CancellationToken.None))
            AssertPrivate(folder.Path, atLeast: 4);
        Assert.Equal(1, log.Count(2009));
        await using (await SqliteMailSpool.OpenAsync(
            new SpoolOptions { Path = folder.Path, MinimumFree = 0 }, _clock, log, new MetricRegistry(), CancellationToken.None))
            Assert.Equal(1, log.Count(2009));
    }

    private static void Widen(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(file, Wide);
        foreach (var one in Directory.EnumerateDirectories(path).Append(path))
            File.SetUnixFileMode(one, WideFolder);
    }

    private static void AssertPrivate(string path, int atLeast)
    {
        if (OperatingSystem.IsWindows())
            return;
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).ToList();
        Assert.True(files.Count >= atLeast);
        foreach (var file in files)
            Assert.Equal((file, PrivateFiles.FileMode), (file, File.GetUnixFileMode(file)));
        foreach (var folder in Directory.EnumerateDirectories(path).Append(path))
            Assert.Equal((folder, PrivateFiles.FolderMode), (folder, File.GetUnixFileMode(folder)));
    }
}
