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
public sealed record SmtpRateLimit(SmtpRateKey Key, int Messages, TimeSpan Period)
{
    /// <summary>How long the limit takes to let one message through.</summary>
    internal TimeSpan Each => Period / Math.Max(1, Messages);
}

/// <summary>
/// The configured rate limits, counted over all sessions of this process; over those of other nodes as well where <see cref="Untold"/> is
/// exchanged with them.
/// </summary>
public sealed class SmtpRateLimiter
{
    private readonly IReadOnlyList<SmtpRateLimit> _limits;
    private readonly RateBuckets<(int Limit, string Key)> _buckets;

    /// <param name="isShared">Other nodes hold the same limits, so <see cref="Untold"/> is kept.</param>
    public SmtpRateLimiter(IReadOnlyList<SmtpRateLimit> limits, TimeProvider time, bool isShared = false)
    {
        (_limits, _buckets) = (limits, new RateBuckets<(int Limit, string Key)>(time));
        Untold = isShared ? new UntoldRates(limits, _buckets, time) : null;
    }

    /// <summary>What the other nodes have to hear; null where there are none.</summary>
    public UntoldRates? Untold { get; }

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
        for (var i = 0; i < _limits.Count; i++)
        {
            if (keyOf(_limits[i]) is not { } key)
                continue;
            if (!_buckets.TryAdd((i, key), _limits[i].Messages, _limits[i].Period))
                return false;
            Untold?.Count((i, key));
        }
        return true;
    }
}
