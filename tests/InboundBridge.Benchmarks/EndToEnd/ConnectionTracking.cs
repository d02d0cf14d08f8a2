using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>
/// Whether the kernel tracks connections (netfilter), as it does once a firewall or a container engine has asked for it. Then each packet
/// costs more, also on loopback, and every system is measured with it.
/// </summary>
internal static class ConnectionTracking
{
    private const string Count = "/proc/sys/net/netfilter/nf_conntrack_count";

    /// <summary>More than others of the machine usually open and close meanwhile.</summary>
    private const int Connections = 32;

    public static bool IsOn() => IsOn(static () => File.Exists(Count)
        ? int.Parse(File.ReadAllText(Count), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) : null);

    /// <summary>
    /// The file may be there, and tell old entries, while nothing is tracked. What counts is that connections of ours add to it.
    /// </summary>
    internal static bool IsOn(Func<int?> readCount)
    {
        if (readCount() is not { } before)
            return false;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(Connections);
        var clients = new List<TcpClient>();
        try
        {
            for (var number = 0; number < Connections; number++)
            {
                clients.Add(new TcpClient());
                clients[^1].Connect((IPEndPoint)listener.LocalEndpoint);
            }
            return readCount() - before >= Connections / 2;
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
