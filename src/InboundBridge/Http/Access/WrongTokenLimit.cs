using System.Net;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Http.Access;

/// <summary>
/// Wrong tokens by client: an IPv4 address, an IPv6 /64, or all unix sockets together. Behind a proxy many people share an address, so a
/// right token that is known to be right, or cheap to check, is never turned away for what others send.
/// </summary>
internal sealed class WrongTokenLimit(TimeProvider clock)
{
    /// <summary>At once; somebody who pasted the wrong line needs fewer.</summary>
    private const int Wrong = 20;

    /// <summary>Clients that are remembered; beyond, a new one goes uncounted, and the queue of slow checks bounds what it costs.</summary>
    private const int MostClients = 10_000;

    /// <summary>
    /// Slow checks of clients over their limit, over all of them: what is left for a right token that nobody has seen yet.
    /// </summary>
    private const int LateChecks = 2;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LatePeriod = TimeSpan.FromSeconds(4);

    private readonly RateBuckets<UInt128> _clients = new(clock, MostClients);

    private readonly RateBuckets<int> _late = new(clock, mostKeys: 1);

    public static TimeSpan RetryAfter { get; } = Period / Wrong;

    /// <summary>Counts one; false when there were too many. Asked before a check begins, so that parallel guesses don't all pass.</summary>
    public bool TryCount(IPAddress? client) =>
        _clients.TryAdd(client is null ? UInt128.MaxValue : SmtpConnectionLimiter.Key(client), Wrong, Period);

    /// <summary>
    /// One check over the limit, for a connection that has sent no wrong token: the operator behind the proxy through which somebody
    /// guesses.
    /// </summary>
    public bool TryLate() => _late.TryAdd(0, LateChecks, LatePeriod);
}
