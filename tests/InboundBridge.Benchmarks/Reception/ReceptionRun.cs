using System.Text;
using InboundBridge.Benchmarks.Spool;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Benchmarks.Reception;

/// <summary>
/// Runs sessions on one thread: each gets its next command in turn, as under load, and all mails of a turn wait for their commit together.
/// The client's own work counts too, but is small.
/// </summary>
internal sealed class ReceptionRun : IAsyncDisposable
{
    private readonly string _folder;
    private readonly IMailSpool _spool;
    private readonly ReceptionScene _scene;
    private readonly List<(MemoryClient Client, Task Session)> _sessions;
    private readonly byte[] _mail;

    private ReceptionRun(string folder, IMailSpool spool, int connections, int rules, int size)
    {
        (_folder, _spool, _mail) = (folder, spool, Compose(size));
        _scene = new ReceptionScene(spool, rules);
        _sessions = [.. Enumerable.Range(0, connections).Select(_ => _scene.Connect())];
    }

    /// <summary>The number of mails in a turn.</summary>
    public int Connections => _sessions.Count;

    public static async Task<ReceptionRun> StartAsync(int connections, int rules, int size)
    {
        var folder = Directory.CreateTempSubdirectory("reception-").FullName;
        return new ReceptionRun(folder, await SpoolBenchmark.OpenAsync(folder), connections, rules, size);
    }

    /// <summary>Sends one mail on every connection.</summary>
    public void Turn()
    {
        Say("MAIL FROM:<al@sender.test>\r\n"u8, (byte)'2');
        Say("RCPT TO:<support@example.com>\r\n"u8, (byte)'2');
        Say("DATA\r\n"u8, (byte)'3');
        foreach (var (client, _) in _sessions)
            client.Send(_mail);
        if (_scene.Keeper.Waiting != Connections)
            throw new InvalidOperationException("a mail was not accepted");
        _scene.Keeper.Release();
        foreach (var (client, _) in _sessions)
            client.Expect((byte)'2');
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (client, session) in _sessions)
        {
            client.Send("QUIT\r\n"u8);
            await session;
        }
        _scene.Dispose();
        await _spool.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Say(ReadOnlySpan<byte> line, byte answer)
    {
        foreach (var (client, _) in _sessions)
        {
            client.Send(line);
            client.Expect(answer);
        }
    }

    private static byte[] Compose(int size)
    {
        var text =
            new StringBuilder(
                "From: <al@sender.test>\r\nTo: <support@example.com>\r\nSubject: a mail of a load\r\nMessage-ID: <00000000.run@load.test>\r\n\r\n");
        for (var end = text.Length + size; text.Length < end;)
            text.Append('x', 70).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
    }
}
