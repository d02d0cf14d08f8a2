using System.Diagnostics;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>A small real disk that becomes full or read-only. Skipped where the machine does not let a test mount one.</summary>
public class TmpfsTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task A_disk_that_is_really_full_loses_nothing_and_takes_mail_again_once_there_is_room()
    {
        using var folder = new SpoolFolder();
        await using var disk = await MountAsync(folder.Path, "4m");
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        var kept = new List<(string Id, byte[] Octets)>();
        for (var index = 0; index < 2000; index++)
        {
            var octets = SampleMail.Octets(index, index % 4 == 0 ? 60_000 : 5000);
            try
            {
                await SampleMail.CommitAsync(spool, $"m{index}", octets, Now, "hook");
                kept.Add(($"m{index}", octets));
            }
            catch (SpoolUnavailableException)
            {
                if (index > kept.Count + 20)
                    break;
            }
        }
        Assert.InRange(kept.Count, 20, 1000);
        await disk.RemountAsync("size=64m");
        Assert.Equal(kept.Count, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        await SampleMail.CommitAsync(spool, "later", SampleMail.Octets(1, 60_000), Now, "hook");
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
        foreach (var (id, octets) in kept)
            Assert.Equal(octets, await SampleMail.ReadAsync(spool, id));
    }

    [Fact]
    public async Task A_disk_that_becomes_read_only_is_temporary()
    {
        using var folder = new SpoolFolder();
        await using var disk = await MountAsync(folder.Path, "16m");
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock))
            await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 100), Now, "hook");
        await disk.RemountAsync("ro");
        var refusal = await Assert.ThrowsAsync<SpoolRefusedException>(() => SpoolOpening.OpenAsync(folder.Path, _clock));
        Assert.DoesNotContain("another process", refusal.Message, StringComparison.Ordinal);
        await disk.RemountAsync("rw");
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock);
        Assert.Equal(SampleMail.Octets(1, 100), await SampleMail.ReadAsync(after, "m1"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30_000)]
    [InlineData(100_000)]
    public async Task A_spool_that_is_begun_on_a_full_disk_waits_for_room_and_refuses_mail_meanwhile(int free)
    {
        using var folder = new SpoolFolder();
        await using var disk = await MountAsync(folder.Path, "4m");
        var fill = Fill(folder.Path, free);
        await using (var spool = await WaitingSpool.OpenAsync(
            Options(folder.Path), _clock, NullLogger.Instance, new MetricRegistry(), CancellationToken.None))
        {
            Assert.Equal(SpoolCondition.DiskLow, spool.Condition);
            File.Delete(fill);
            // With a little free space SQLite can begin.
            Assert.True(spool is WaitingSpool || free > 50_000);
            if (spool is WaitingSpool waiting)
                await _clock.AdvanceUntilAsync(waiting.Opened, TestContext.Current.CancellationToken);
            await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 100), Now, "hook");
        }
    }

    [Fact]
    public async Task A_spool_with_mail_opens_on_a_full_disk_or_waits_and_has_its_mail_afterwards()
    {
        using var folder = new SpoolFolder();
        await using var disk = await MountAsync(folder.Path, "4m");
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock))
            await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 5000), Now, "hook");
        foreach (var free in new[] { 0, 30_000, 100_000, 200_000 })
        {
            var fill = Fill(folder.Path, free);
            await using (var spool = await WaitingSpool.OpenAsync(
                Options(folder.Path), _clock, NullLogger.Instance, new MetricRegistry(), CancellationToken.None))
            {
                Assert.Equal(SpoolCondition.DiskLow, spool.Condition);
                if (free >= 100_000)
                    Assert.Equal(SampleMail.Octets(1, 5000), await SampleMail.ReadAsync(spool, "m1"));
            }
            File.Delete(fill);
        }
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock);
        Assert.Equal(SampleMail.Octets(1, 5000), await SampleMail.ReadAsync(after, "m1"));
    }

    private static SpoolOptions Options(string path) => new() { Path = path, MinimumFree = 3_000_000 };

    private static string Fill(string path, int free)
    {
        var fill = Path.Combine(path, "fill");
        using var file = File.Create(fill, 1);
        var octets = new byte[4096];
        try
        {
            while (true)
                RandomAccess.Write(file.SafeFileHandle, octets, RandomAccess.GetLength(file.SafeFileHandle));
        }
        catch (IOException)
        {
            file.SetLength(Math.Max(0, file.Length - free));
        }
        return fill;
    }

    private static async Task<Mount> MountAsync(string path, string size)
    {
        if (!OperatingSystem.IsLinux() || await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "inboundbridge-test", path) != 0)
            Assert.Skip("this machine lets no test mount a small disk");
        return new Mount(path);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private sealed class Mount(string path) : IAsyncDisposable
    {
        public async Task RemountAsync(string options) => Assert.Equal(0, await RunAsync("mount", "-o", $"remount,{options}", path));

        public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", path);
    }
}
