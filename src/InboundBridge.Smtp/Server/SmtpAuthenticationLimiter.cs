using System.Net;

namespace InboundBridge.Smtp.Server;

/// <summary>Failed authentications by client (an IPv4 address or an IPv6 /64), over all connections.</summary>
public sealed class SmtpAuthenticationLimiter(TimeProvider time)
{
    /// <summary>Failures at once; somebody who forgot a password needs fewer.</summary>
    private const int Failures = 20;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private readonly RateBuckets<UInt128> _buckets = new(time);

    internal bool MayTry(IPAddress? client) => client is null || _buckets.HasRoom(SmtpConnectionLimiter.Key(client), Failures, Period);

    internal void Failed(IPAddress? client)
    {
        if (client is not null)
            _buckets.TryAdd(SmtpConnectionLimiter.Key(client), Failures, Period);
    }
}
