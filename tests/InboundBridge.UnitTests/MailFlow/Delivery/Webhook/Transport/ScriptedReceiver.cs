using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;

/// <summary>A socket that answers any request with given octets, and then closes or repeats some octets until the peer closes.</summary>
internal sealed class ScriptedReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _answer;
    private readonly byte[]? _endless;
    private readonly Task _serving;

    public ScriptedReceiver(string answer, string? endless)
    {
        _answer = Encoding.ASCII.GetBytes(answer);
        _endless = endless is null ? null : Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(endless, 256)));
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}/";

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Connections++;
                await AnswerAsync(socket);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        try
        {
            await ReadRequestAsync(socket);
            await socket.SendAsync(_answer, _stop.Token);
            while (_endless is not null)
                await socket.SendAsync(_endless, _stop.Token);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The peer has closed.
        }
    }

    private async Task ReadRequestAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var text = string.Empty;
        while (!IsWhole(text))
        {
            var count = await socket.ReceiveAsync(buffer, _stop.Token);
            if (count == 0)
                return;
            text += Encoding.Latin1.GetString(buffer, 0, count);
        }
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var length = text.IndexOf("Content-Length: ", StringComparison.Ordinal);
        return end >= 0 && length >= 0 && text.Length - end - 4 >= int.Parse(text[(length + 16)..text.IndexOf('\r', length)]);
    }
}
