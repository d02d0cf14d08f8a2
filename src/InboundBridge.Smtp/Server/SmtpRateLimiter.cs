using System.Net;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>What a rate limit counts by.</summary>
public enum SmtpRateKey
{
    Client,
    Sender,
    SenderDomain,
    Recipient,
    User,
}

/// <summary>At most <paramref name="Messages"/> in any <paramref name="Period"/>, refilled evenly.</summary>
public sealed record SmtpRateLimit(SmtpRateKey Key, int Messages, TimeSpan Period);

/// <summary>Rate limits as leaking buckets (generic cell rate algorithm): one time stamp a key, no history.</summary>
public sealed class SmtpRateLimiter(IReadOnlyList<SmtpRateLimit> limits, TimeProvider time)
{
    /// <summary>Keys kept at most. When it is reached, the ones that are empty again go; should all be in use, new keys go uncounted rather than unserved.</summary>
    private const int MostKeys = 200_000;

    private readonly Dictionary<(int Limit, string Key), long> _fullUntil = [];
    private readonly Lock _gate = new();

    /// <summary>MAIL: counts one message for client, sender, sender's domain and user; false when one of them has none left (nothing is counted then).</summary>
    internal bool TryMail(SmtpPeer peer, SmtpAddress? sender) => TryAll(limit => limit.Key switch
    {
        SmtpRateKey.Client => peer.ClientIp is { } ip ? ClientKey(ip) : null,
        SmtpRateKey.Sender => sender is null ? null : $"{sender.LocalPart}@{sender.Domain}".ToLowerInvariant(),
        SmtpRateKey.SenderDomain => sender?.Domain,
        SmtpRateKey.User => peer.User,
        _ => null,
    });

    /// <summary>RCPT: counts one message for the recipient.</summary>
    internal bool TryRcpt(SmtpAddress recipient) =>
        TryAll(limit => limit.Key == SmtpRateKey.Recipient ? $"{recipient.LocalPart}@{recipient.Domain}".ToLowerInvariant() : null);

    private static string ClientKey(IPAddress ip) => SmtpConnectionLimiter.Key(ip).ToString("x", System.Globalization.CultureInfo.InvariantCulture);

    private bool TryAll(Func<SmtpRateLimit, string?> keyOf)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            Span<long> updated = limits.Count <= 32 ? stackalloc long[limits.Count] : new long[limits.Count];
            for (var i = 0; i < limits.Count; i++)
            {
                if (keyOf(limits[i]) is not { } key)
                    continue;
                var period = (long)(limits[i].Period.TotalSeconds * time.TimestampFrequency);
                var full = Math.Max(_fullUntil.GetValueOrDefault((i, key)), now) + period / limits[i].Messages;
                if (full > now + period)
                    return false;
                updated[i] = full;
            }
            for (var i = 0; i < limits.Count; i++)
            {
                if (updated[i] != 0 && keyOf(limits[i]) is { } key)
                    Keep((i, key), updated[i], now);
            }
            return true;
        }
    }

    private void Keep((int Limit, string Key) key, long fullUntil, long now)
    {
        if (_fullUntil.Count >= MostKeys && !_fullUntil.ContainsKey(key))
        {
            foreach (var (old, until) in _fullUntil)
            {
                if (until <= now)
                    _fullUntil.Remove(old);
            }
            if (_fullUntil.Count >= MostKeys)
                return;
        }
        _fullUntil[key] = fullUntil;
    }
}
