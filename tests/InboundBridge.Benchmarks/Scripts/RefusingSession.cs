using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.Benchmarks.Scripts;

/// <summary>One SMTP session that sends mail after mail, each of which is refused after its data.</summary>
internal sealed class RefusingSession : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _reply = new byte[4096];
    private int _sent;

    public RefusingSession() => _socket.ReceiveTimeout = _socket.SendTimeout = (int)Longest.TotalMilliseconds;

    public void Open(int port)
    {
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        Read("220");
        Say("EHLO load.test\r\n", "250");
    }

    /// <param name="sender">Decides which rule refuses the mail.</param>
    /// <param name="text">The refusal's text, so that no other refusal is measured.</param>
    /// <returns>From sending the mail's octets to the reply. The session blocks, so that no thread has to be found for the reply.</returns>
    /// <exception cref="InvalidOperationException">Another reply came.</exception>
    /// <exception cref="SocketException">No reply came.</exception>
    public TimeSpan Send(string sender, string text)
    {
        Say($"MAIL FROM:<{sender}>\r\n", "250");
        Say("RCPT TO:<support@example.com>\r\n", "250");
        Say("DATA\r\n", "354");
        var mail = Encoding.ASCII.GetBytes(
            $"From: <{sender}>\r\nTo: <support@example.com>\r\nSubject: mail {++_sent} of a load\r\n\r\n{new string('x', 70)}\r\n.\r\n");
        var start = Stopwatch.GetTimestamp();
        _socket.Send(mail);
        var reply = Read("550");
        var took = Stopwatch.GetElapsedTime(start);
        return reply.Contains(text, StringComparison.Ordinal) ? took : throw new InvalidOperationException($"refused with {reply}");
    }

    public void Dispose() => _socket.Dispose();

    private void Say(string line, string code)
    {
        _socket.Send(Encoding.ASCII.GetBytes(line));
        Read(code);
    }

    /// <summary>A reply, of several lines or one.</summary>
    private string Read(string code)
    {
        var length = 0;
        while (true)
        {
            var count = _socket.Receive(_reply.AsSpan(length));
            if (count == 0)
                throw new InvalidOperationException($"closed after {Encoding.ASCII.GetString(_reply, 0, length)}");
            length += count;
            var text = Encoding.ASCII.GetString(_reply, 0, length);
            if (!IsWhole(text))
                continue;
            return text.StartsWith(code, StringComparison.Ordinal)
                ? text : throw new InvalidOperationException($"expected {code}, got {text}");
        }
    }

    /// <summary>RFC 5321 §4.2.1: all lines but the last have a hyphen behind the code.</summary>
    private static bool IsWhole(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) && text[..^2].Split("\r\n")[^1] is var last && (last.Length == 3 || last[3] != '-');
}
