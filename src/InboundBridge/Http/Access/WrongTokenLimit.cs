using System.Net;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Http.Access;

/// <summary>
/// Limits wrong tokens for each client: an IPv4 address, an IPv6 /64, or all unix sockets together. Many people may share a proxy's
/// address, so a right token that is known already, or fast to check, is never refused because of what others send.
/// </summary>
internal sealed class WrongTokenLimit(TimeProvider clock)
{
    /// <summary>Wrong tokens per <see cref="Period"/>. More than somebody who pastes the wrong line needs.</summary>
    private const int Wrong = 20;

    /// <summary>Clients that are counted. Further ones are not counted; the limit of slow checks still bounds their cost.</summary>
    private const int MostClients = 10_000;

    /// <summary>
    /// Slow checks per <see cref="LatePeriod"/> for all clients over their limit together, so that a right token that was never seen before
    /// still gets through.
    /// </summary>
    private const int LateChecks = 2;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LatePeriod = TimeSpan.FromSeconds(4);

    private readonly RateBuckets<UInt128> _clients = new(clock, MostClients);

    private readonly RateBuckets<int> _late = new(clock, mostKeys: 1);

    public static TimeSpan RetryAfter { get; } = Period / Wrong;

    /// <summary>Counts a check; false when there were too many. Called before the check, so that parallel guesses don't all pass.</summary>
    public bool TryCount(IPAddress? client) =>
        _clients.TryAdd(client is null ? UInt128.MaxValue : SmtpConnectionLimiter.Key(client), Wrong, Period);

    /// <summary>
    /// Allows a check beyond the limit on a connection that has sent no wrong token: it may be the
    /// operator, behind the same proxy as somebody who guesses.
    /// </summary>
    public bool TryLate() => _late.TryAdd(0, LateChecks, LatePeriod);
}
