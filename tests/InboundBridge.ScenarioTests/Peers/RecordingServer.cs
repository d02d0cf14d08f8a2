using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>An SMTP or LMTP server that accepts everything and keeps the octets exactly as they came, without decoding them.</summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<RecordedMail> _mails = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private readonly bool _lmtp;
    private readonly bool _chunking;
    private readonly bool _eightBit;

    public RecordingServer(bool lmtp = false, bool chunking = false, bool eightBit = true)
    {
        (_lmtp, _chunking, _eightBit) = (lmtp, chunking, eightBit);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public bool Chunking => _chunking;

    public bool Lmtp => _lmtp;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<RecordedMail> Mails => [.. _mails];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
                sessions.Add(ServeAsync(await _listener.AcceptSocketAsync(_end.Token)));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await SayAsync(stream, "220 recorder.test");
            var recipients = 0;
            while (await CommandAsync(stream) is { } command)
            {
                var verb = command.Split(' ')[0].ToUpperInvariant();
                if (verb is "QUIT")
                {
                    await SayAsync(stream, "221 bye");
                    return;
                }

                recipients = verb switch { "MAIL" => 0, "RCPT" => recipients + 1, _ => recipients };
                if (verb is not ("DATA" or "BDAT"))
                {
                    await SayAsync(
                        stream, verb is "EHLO" or "LHLO"
                        ? $"250-recorder.test\r\n{(_eightBit ? "250-8BITMIME\r\n" : "")}"
                            + $"{(_chunking ? "250-CHUNKING\r\n250-BINARYMIME\r\n" : "")}250 PIPELINING"
                        : "250 ok");
                    continue;
                }

                _mails.Enqueue(
                    new RecordedMail(verb == "BDAT", verb == "BDAT" ? await ChunkAsync(stream, command) : await DataAsync(stream)));
                for (var reply = 0; reply < (_lmtp ? recipients : 1); reply++)
                    await SayAsync(stream, "250 kept");
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException)
        {
            // The client has closed the connection, or the scenario is over.
        }
    }

    private async Task<string?> CommandAsync(Stream stream) =>
        await UpToAsync(stream, "\r\n"u8.ToArray()) is { } line ? Encoding.Latin1.GetString(line)[..^2] : null;

    private async Task<byte[]> DataAsync(Stream stream)
    {
        await SayAsync(stream, "354 go on");
        return await UpToAsync(stream, "\r\n.\r\n"u8.ToArray()) ?? throw new IOException("the message has no end");
    }

    private async Task<byte[]> ChunkAsync(Stream stream, string command)
    {
        Assert.EndsWith(" LAST", command, StringComparison.Ordinal);
        var chunk = new byte[int.Parse(command.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(chunk, _end.Token);
        return chunk;
    }

    /// <summary>Reads up to and including the end; null when the connection ends first.</summary>
    private async Task<byte[]?> UpToAsync(Stream stream, byte[] end)
    {
        var octets = new List<byte>();
        var octet = new byte[1];
        while (await stream.ReadAsync(octet, _end.Token) == 1)
        {
            octets.Add(octet[0]);
            if (octets.Count >= end.Length && octets[^end.Length..].SequenceEqual(end))
                return [.. octets];
        }

        return null;
    }

    private Task SayAsync(Stream stream, string reply) => stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), _end.Token).AsTask();
}

/// <param name="Chunked">The message came by BDAT.</param>
/// <param name="Octets">The octets as sent, with the doubled dots and the end of DATA.</param>
internal sealed record RecordedMail(bool Chunked, byte[] Octets)
{
    /// <summary>The message itself.</summary>
    public byte[] Mail
    {
        get
        {
            if (Chunked)
                return Octets;
            var mail = new List<byte>(Octets.Length);
            var lineStart = true;
            foreach (var octet in Octets.AsSpan(0, Octets.Length - ".\r\n".Length))
            {
                if (!lineStart || octet != (byte)'.')
                    mail.Add(octet);
                lineStart = octet == (byte)'\n';
            }
            return [.. mail];
        }
    }
}
