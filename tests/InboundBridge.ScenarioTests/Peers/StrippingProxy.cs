using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>An attacker on the way to a server, who removes STARTTLS from what the server offers.</summary>
internal sealed class StrippingProxy : IAsyncDisposable
{
    private static readonly byte[] Offer = "STARTTLS"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly StringBuilder _heard = new();
    private readonly int _server;
    private readonly Task _accepting;

    public StrippingProxy(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What clients said.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
                return _heard.ToString();
        }
    }

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
                sessions.Add(PassAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), Listen), CopyAsync(server.GetStream(), client.GetStream(), Strip));
            }
            catch (Exception over) when (over is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has closed its connection.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Action<Memory<byte>> change)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and var count)
            {
                change(buffer.AsMemory(0, count));
                await to.WriteAsync(buffer.AsMemory(0, count), _end.Token);
            }
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The other direction has ended.
        }
    }

    private void Listen(Memory<byte> octets)
    {
        lock (_heard)
            _heard.Append(Encoding.Latin1.GetString(octets.Span));
    }

    /// <summary>The answer to EHLO comes in one piece over loopback.</summary>
    private static void Strip(Memory<byte> octets)
    {
        if (octets.Span.IndexOf(Offer) is >= 0 and var at)
            octets.Span.Slice(at, Offer.Length).Fill((byte)'X');
    }
}
