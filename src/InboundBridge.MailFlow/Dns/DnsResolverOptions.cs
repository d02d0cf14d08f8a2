using System.Net;

namespace InboundBridge.MailFlow.Dns;

/// <summary>Configuration <c>dns</c>.</summary>
public sealed record DnsResolverOptions
{
    /// <summary>Recursive resolvers, asked in this order.</summary>
    public required IReadOnlyList<IPEndPoint> Servers { get; init; }

    /// <summary>
    /// For one look-up with all its tries and aliases. It begins anew with the turn that a look-up waited for, and with its first turn over
    /// TCP.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    public bool Cache { get; init; } = true;

    /// <summary>The most answers that are kept, of about 500 octets each.</summary>
    public int CacheEntries { get; init; } = 20_000;

    /// <summary>Octets of memory for kept answers, estimated. Answers of 64 KB must not fill the machine.</summary>
    public long CacheSize { get; init; } = 32 * 1024 * 1024;

    /// <summary>The longest time that an answer is kept, whatever its TTL is (RFC 8767 §4 recommends a limit of a day or more).</summary>
    public TimeSpan LongestCache { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest time that a negative answer is kept (RFC 2308 §5 recommends one to three hours).</summary>
    public TimeSpan LongestNegativeCache { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a failure is kept. RFC 9520 §3.2 asks for one second to five minutes, so that mail for a domain whose servers are dead does
    /// not ask them again and again.
    /// </summary>
    public TimeSpan FailureCache { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The most questions that servers are asked at the same time; each has a socket. Further ones wait. Of this a client gets as much as
    /// is free: half if it is alone. So 1,024 of one client run at a time: 200 sessions with five each.
    /// </summary>
    public int MostQueries { get; init; } = 2048;

    /// <summary>
    /// The most questions that are asked or wait to be, in about 1 KB each. Of this too a client gets as much as is free; what it asks
    /// beyond that fails at once, for that client.
    /// </summary>
    public int MostPending { get; init; } = 8192;

    /// <summary>
    /// The most answers that are read over TCP at the same time. Each may have 64 KB, and takes about three times that while it is read.
    /// </summary>
    public int MostTcp { get; init; } = 256;

    /// <summary>
    /// Whether the AD bit of these servers is trusted. Null: only if all of them are on this machine, so that nobody can set it on the way.
    /// </summary>
    public bool? TrustAuthenticatedData { get; init; }

    internal bool TrustsAuthenticatedData => TrustAuthenticatedData ?? Servers.All(server => IPAddress.IsLoopback(server.Address));

    /// <summary>The servers in the machine's resolv.conf; without any, the one on the loopback address (resolv.conf(5)).</summary>
    public static IReadOnlyList<IPEndPoint> SystemServers(string file = "/etc/resolv.conf")
    {
        IEnumerable<string> lines = File.Exists(file) ? File.ReadLines(file) : [];
        var servers = lines
            .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..])
            .Select(words => IPAddress.TryParse(words[1], out var ip) ? new IPEndPoint(ip, 53) : null)
            .OfType<IPEndPoint>()
            .ToArray();
        return servers.Length > 0 ? servers : [new IPEndPoint(IPAddress.Loopback, 53)];
    }
}
