using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.UnitTests.Host.Telemetry;

/// <summary>
/// Answers each request with octets that never end, until the client hangs up. It writes to the sockets itself: a web server takes what is
/// written after the client has gone, and so would count octets that nobody got.
/// </summary>
internal sealed class EndlessCollector : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Task> _answers = [];
    private readonly Task _accepting;
    private long _sent;

    public EndlessCollector()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>Octets that the client has read, or that the sockets of both sides hold.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        await Task.WhenAll(_answers);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _answers.Add(AnswerAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        using (client)
        {
            var piece = new byte[64 * 1024];
            try
            {
                await client.ReceiveAsync(piece, _stopping.Token);
                var next = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\n\r\n"u8.ToArray();
                for (; ; next = piece)
                    Interlocked.Add(ref _sent, await client.SendAsync(next, _stopping.Token));
            }
            catch (Exception end) when (end is SocketException or OperationCanceledException)
            {
                // The client has hung up, or the test is over.
            }
        }
    }
}
