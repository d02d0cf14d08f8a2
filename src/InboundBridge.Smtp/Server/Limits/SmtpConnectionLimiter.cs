using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>
/// Counts open connections in total and by client: an IPv4 address or an IPv6 /64, which providers assign to one customer.
/// </summary>
public sealed class SmtpConnectionLimiter
{
    private readonly ConcurrentDictionary<UInt128, int> _clients = new();
    private int _total;

    /// <summary>All open connections.</summary>
    public int Total => Volatile.Read(ref _total);

    internal enum Verdict
    {
        Admitted,
        TooMany,
        TooManyFromClient,
    }

    /// <summary>Counts a connection, whatever the verdict. <see cref="Leave"/> must follow.</summary>
    /// <param name="client">Null for unix sockets, which have no limit for each client.</param>
    internal Verdict Enter(IPAddress? client, SmtpLimits limits)
    {
        var total = Interlocked.Increment(ref _total);
        var fromClient = client is null ? 0 : _clients.AddOrUpdate(Key(client), 1, static (_, count) => count + 1);
        if (total > limits.Connections)
            return Verdict.TooMany;
        return fromClient > limits.ConnectionsPerClient ? Verdict.TooManyFromClient : Verdict.Admitted;
    }

    internal void Leave(IPAddress? client)
    {
        Interlocked.Decrement(ref _total);
        if (client is null)
            return;
        var key = Key(client);
        var left = _clients.AddOrUpdate(key, 0, static (_, count) => count - 1);
        // Removes the pair only if it is unchanged, so that a connection that came meanwhile keeps its count.
        if (left == 0)
            _clients.TryRemove(new KeyValuePair<UInt128, int>(key, 0));
    }

    /// <summary>What counts as one client: an IPv4 address, or an IPv6 /64.</summary>
    public static UInt128 Key(IPAddress client)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        if (client.AddressFamily == AddressFamily.InterNetworkV6 && !client.IsIPv4MappedToIPv6)
        {
            client.TryWriteBytes(octets, out _);
            octets[8..].Clear();
        }
        else
        {
            // ::ffff:0:0/96 is not used by IPv6 clients, so these keys are unique.
            client.MapToIPv6().TryWriteBytes(octets, out _);
        }
        return BinaryPrimitives.ReadUInt128BigEndian(octets);
    }
}
