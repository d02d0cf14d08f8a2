using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>
/// A process is killed while it writes: every mail that it reported as committed is there, and any other is there whole or not at all.
/// </summary>
public class KillTests
{
    private const string ChildVariable = "INBOUNDBRIDGE_TEST_SPOOL_WRITER";

    /// <summary>The child process: this test assembly, started with this test alone. It writes until it is killed.</summary>
    [Fact]
    public async Task Writer_that_is_killed_by_its_parent()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is not { } path)
        {
            Assert.Skip("runs only as the child of the other test");
            return;
        }
        var spool = await SpoolOpening.OpenAsync(path, TimeProvider.System);
        await using var journal = new NamedPipeClientStream(".", PipeName(path), PipeDirection.Out);
        await journal.ConnectAsync();
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(lane => Task.Run(async () =>
        {
            for (var index = lane; ; index += 8)
            {
                await SampleMail.CommitAsync(
                    spool, $"m{index}", SampleMail.Octets(index, LengthOf(index)), DateTimeOffset.UnixEpoch, "hook");
                if (index % 2 == 0)
                    await DeliverAsync(spool, index);
                lock (gate)
                    journal.Write(System.Text.Encoding.ASCII.GetBytes($"{index}\n"));
            }
        })));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(300)]
    public async Task Nothing_that_was_committed_is_lost_by_a_kill(int after)
    {
        using var folder = new SpoolFolder();
        var path = Path.Combine(folder.Path, "spool");
        await using var journal =
            new NamedPipeServerStream(PipeName(path), PipeDirection.In, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        using var child = Start(path);
        var committed = await ReadUntilKilledAsync(journal, after, child);
        await using var spool = await SpoolOpening.OpenAsync(path, TimeProvider.System);
        foreach (var index in committed)
        {
            Assert.Equal(SampleMail.Octets(index, LengthOf(index)), await SampleMail.ReadAsync(spool, $"m{index}"));
            var expected = index % 2 == 0 ? DeliveryState.Delivered : DeliveryState.Pending;
            Assert.Equal(expected, (await spool.FindDeliveryAsync($"m{index}-0", CancellationToken.None))!.State);
        }
        var all = await spool.ListMessagesAsync(new MessageFilter(), null, 100_000, CancellationToken.None);
        Assert.InRange(all.Items.Count, committed.Count, committed.Count + 8);
        Assert.Equal(all.Items.Count, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        Assert.Equal(all.Items.Sum(message => message.Size), (await spool.ReadTotalsAsync(CancellationToken.None)).Bytes);
        Assert.Equal(all.Items.Count, (await spool.ReadTotalsAsync(CancellationToken.None)).Deliveries.Sum(tally => tally.Count));
        var files = all.Items.Count(message => message.Size > SpoolOpening.InlineLimit);
        Assert.Equal(files, Directory.GetFiles(Path.Combine(path, "bodies")).Length);
    }

    private static int LengthOf(int index) => index % 5 == 0 ? 20_000 : 1000 + index % 700;

    private static async Task DeliverAsync(IMailSpool spool, int index)
    {
        var delivery = (await spool.FindDeliveryAsync($"m{index}-0", CancellationToken.None))!;
        await spool.CompleteAsync(
            new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Delivered, EndedAt = DateTimeOffset.UnixEpoch } },
            CancellationToken.None);
    }

    private static Process Start(string path)
    {
        var start =
            new ProcessStartInfo(
                Environment.ProcessPath!)
            { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var assembly = typeof(KillTests).Assembly.Location;
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(assembly);
        else
            start.FileName = Path.ChangeExtension(assembly, null);
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(KillTests).FullName}.{nameof(Writer_that_is_killed_by_its_parent)}");
        start.Environment[ChildVariable] = path;
        var child = Process.Start(start)!;
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }

    private static string PipeName(string path) => Path.GetFileName(Path.GetDirectoryName(path))!;

    /// <summary>Kills the child after some commits and reads all that it had reported until then.</summary>
    private static async Task<List<int>> ReadUntilKilledAsync(NamedPipeServerStream journal, int after, Process child)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await journal.WaitForConnectionAsync(patience.Token);
        using var reader = new StreamReader(journal);
        var committed = new List<int>();
        while (await reader.ReadLineAsync(patience.Token) is { Length: > 0 } line)
        {
            committed.Add(int.Parse(line, CultureInfo.InvariantCulture));
            if (committed.Count == after)
                child.Kill();
        }
        await child.WaitForExitAsync(patience.Token);
        Assert.True(committed.Count >= after, "the writer ended by itself");
        return committed;
    }
}
