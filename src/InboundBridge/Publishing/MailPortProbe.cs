using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.Publishing;

/// <summary>Connects to a mail server, reads its greeting, and leaves.</summary>
internal static class MailPortProbe
{
    /// <summary>A server that delays its greeting to unmask hasty clients takes some seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>RFC 5321 §4.5.3.1.5: a reply's line.</summary>
    private const int LongestLine = 512;

    public static async ValueTask<MailPortAnswer> GreetAsync(IPEndPoint server, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server, ends.Token);
            var line = new byte[LongestLine];
            var length = 0;
            while (length < line.Length && !line.AsSpan(0, length).Contains((byte)'\n'))
            {
                var read = await socket.ReceiveAsync(line.AsMemory(length), ends.Token);
                if (read == 0)
                    break;
                length += read;
            }
            await socket.SendAsync("QUIT\r\n"u8.ToArray(), ends.Token);
            var greeting = Encoding.Latin1.GetString(line, 0, length).Split('\n')[0].TrimEnd('\r');
            return greeting.Length > 0
                ? new MailPortAnswer(greeting) : new MailPortAnswer(null, "the connection is closed without a greeting");
        }
        catch (SocketException fault)
        {
            return new MailPortAnswer(null, fault.Message, fault.SocketErrorCode == SocketError.ConnectionRefused);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MailPortAnswer(null, $"no answer within {Patience.TotalSeconds:0} seconds");
        }
    }
}
