using System.Net;

namespace InboundBridge.MailFlow.Dns;

/// <summary>Configuration <c>dns</c>.</summary>
public sealed record DnsResolverOptions
{
    /// <summary>Recursive resolvers, asked in this order.</summary>
    public required IReadOnlyList<IPEndPoint> Servers { get; init; }

    /// <summary>For one look-up, all tries and aliases together.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    public bool Cache { get; init; } = true;

    /// <summary>Answers kept at most; about 500 octets each.</summary>
    public int CacheEntries { get; init; } = 20_000;

    /// <summary>No record is believed for longer, whatever its TTL (RFC 8767 §4 recommends a day or more as the cap).</summary>
    public TimeSpan LongestCache { get; init; } = TimeSpan.FromDays(1);

    /// <summary>No "no" is believed for longer (RFC 2308 §5 recommends one to three hours).</summary>
    public TimeSpan LongestNegativeCache { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether the AD bit of these servers counts: null, only where every one of them is on this machine, so that nobody can set it on the way.</summary>
    public bool? TrustAuthenticatedData { get; init; }

    internal bool TrustsAuthenticatedData => TrustAuthenticatedData ?? Servers.All(server => IPAddress.IsLoopback(server.Address));

    /// <summary>What the machine's resolv.conf names; without any, the one on the loopback (resolv.conf(5)).</summary>
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
