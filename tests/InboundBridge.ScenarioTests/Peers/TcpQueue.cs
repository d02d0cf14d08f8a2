using System.Globalization;
using System.Net;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>The octets that the kernel holds for a program that has not read them yet (/proc/net/tcp, proc(5)).</summary>
internal static class TcpQueue
{
    private const int LocalAddress = 1;
    private const int RemoteAddress = 2;
    private const int Queues = 4;

    /// <summary>The server has read everything that its client has sent.</summary>
    public static bool IsRead(IPEndPoint server, IPEndPoint client)
    {
        foreach (var line in File.ReadLines("/proc/net/tcp"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[LocalAddress] == Hexadecimal(server) && fields[RemoteAddress] == Hexadecimal(client))
                return fields[Queues].EndsWith(":00000000", StringComparison.Ordinal);
        }

        return true;
    }

    // The address is a number in the byte order of the machine, which is little-endian where .NET runs.
    private static string Hexadecimal(IPEndPoint endpoint) =>
        string.Create(CultureInfo.InvariantCulture, $"{BitConverter.ToUInt32(endpoint.Address.GetAddressBytes()):X8}:{endpoint.Port:X4}");
}
