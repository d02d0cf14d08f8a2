using System.Globalization;
using System.Net;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>What a rate limit counts by.</summary>
public enum SmtpRateKey
{
    Client,
    Sender,
    SenderDomain,
    Recipient,
    User,
}

/// <summary>At most <paramref name="Messages"/> in a burst, refilled evenly over <paramref name="Period"/>.</summary>
public sealed record SmtpRateLimit(SmtpRateKey Key, int Messages, TimeSpan Period);

/// <summary>The configured rate limits, counted over all sessions of this process.</summary>
public sealed class SmtpRateLimiter(IReadOnlyList<SmtpRateLimit> limits, TimeProvider time)
{
    private readonly RateBuckets<(int Limit, string Key)> _buckets = new(time);

    /// <summary>
    /// Counts one message for client, sender, sender's domain and user at MAIL; false when one of them has reached its limit.
    /// </summary>
    internal bool TryMail(SmtpPeer peer, SmtpAddress? sender) => TryAll(limit => limit.Key switch
    {
        SmtpRateKey.Client when !peer.Trusted => peer.ClientIp is { } ip ? ClientKey(ip) : null,
        SmtpRateKey.Sender => sender is null ? null : AddressKey(sender),
        SmtpRateKey.SenderDomain => sender?.Domain,
        SmtpRateKey.User => peer.User,
        _ => null,
    });

    /// <summary>Counts one message for the recipient at RCPT; false when the recipient's limit is reached.</summary>
    internal bool TryRcpt(SmtpAddress recipient) => TryAll(limit => limit.Key == SmtpRateKey.Recipient ? AddressKey(recipient) : null);

    private static string ClientKey(IPAddress ip) => SmtpConnectionLimiter.Key(ip).ToString("x", CultureInfo.InvariantCulture);

    private static string AddressKey(SmtpAddress address) => $"{address.LocalPart}@{address.Domain}".ToLowerInvariant();

    private bool TryAll(Func<SmtpRateLimit, string?> keyOf)
    {
        for (var i = 0; i < limits.Count; i++)
        {
            if (keyOf(limits[i]) is { } key && !_buckets.TryAdd((i, key), limits[i].Messages, limits[i].Period))
                return false;
        }
        return true;
    }
}
