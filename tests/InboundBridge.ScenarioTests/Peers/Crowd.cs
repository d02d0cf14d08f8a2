using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Many concurrent connections from many addresses of 127.0.0.0/8, cheap enough not to distort the measurement.</summary>
internal sealed class Crowd(int port) : IDisposable
{
    // More at a time would only wait in the listener's backlog.
    private const int AtATime = 64;

    private readonly ConcurrentBag<Socket> _sockets = [];

    /// <summary>Whether this process and the appliance may open so many files, and some more.</summary>
    public static bool Fits(int connections)
    {
        var limit = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        // The columns are the soft and the hard limit. .NET raises the soft limit to the hard limit when it starts.
        var soft = limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return soft == "unlimited" || int.Parse(soft, CultureInfo.InvariantCulture) > connections + 1000;
    }

    /// <summary>An address for each number below 65,536, outside 127.0.0.0/24.</summary>
    public static IPAddress Address(int number) => new([127, 1, (byte)(number >> 8), (byte)number]);

    /// <summary>Opens connections, reads their greetings and keeps them open.</summary>
    /// <param name="connections">The number of connections.</param>
    /// <param name="addresses">The number of addresses they come from.</param>
    public Task GreetedAsync(int connections, int addresses) =>
        Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (number, cancellation) =>
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

    /// <summary>The text that has come; empty when the server has closed the connection.</summary>
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
