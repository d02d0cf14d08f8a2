using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Many connections at once from many addresses of 127.0.0.0/8, cheap enough that the scenario does not measure itself.</summary>
internal sealed class Crowd(int port) : IDisposable
{
    // More at a time than a listener's backlog and two cores can take only means waiting.
    private const int AtATime = 64;

    private readonly ConcurrentBag<Socket> _sockets = [];

    /// <summary>Whether this process and the one that it starts may have so many files open, with some to spare.</summary>
    public static bool Fits(int connections)
    {
        var limit = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        // Columns: soft, hard. .NET raises the soft limit to the hard one when it starts.
        var soft = limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return soft == "unlimited" || int.Parse(soft, CultureInfo.InvariantCulture) > connections + 1000;
    }

    /// <summary>An address for each number below 65,536, none of which is 127.0.0.x.</summary>
    public static IPAddress Address(int number) => new([127, 1, (byte)(number >> 8), (byte)number]);

    /// <summary>Opens connections that have heard the greeting, and keeps them.</summary>
    /// <param name="connections">How many.</param>
    /// <param name="addresses">From how many addresses.</param>
    public Task GreetedAsync(int connections, int addresses) => Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (number, cancellation) =>
    {
        var socket = await ConnectAsync(Address(number % addresses), cancellation);
        Assert.Equal("220", (await HearAsync(socket, cancellation))[..3]);
    });

    public async Task<Socket> ConnectAsync(IPAddress from, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        return socket;
    }

    /// <summary>What has come; empty when the server closed the connection.</summary>
    public static async Task<string> HearAsync(Socket socket, CancellationToken cancellation)
    {
        var octets = new byte[2048];
        try
        {
            var count = await socket.ReceiveAsync(octets, cancellation);
            return System.Text.Encoding.Latin1.GetString(octets, 0, count);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }
}
