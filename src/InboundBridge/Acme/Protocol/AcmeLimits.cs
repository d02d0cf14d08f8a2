namespace InboundBridge.Acme.Protocol;

/// <summary>What an authority's answers may take. A directory may be anybody's, and its answers pass through the network.</summary>
internal sealed record AcmeLimits
{
    /// <summary>For one request, from its first octet to the last of the answer. The usual authorities answer within seconds.</summary>
    public TimeSpan RequestTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For a connection and its TLS handshake.</summary>
    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Octets of an answer. A chain of five certificates has 10 KB.</summary>
    public int Answer { get; init; } = 256 * 1024;

    /// <summary>Kilobytes of an answer's header.</summary>
    public int HeaderKilobytes { get; init; } = 32;

    /// <summary>Levels of JSON in an answer; RFC 8555 needs four.</summary>
    public int JsonDepth { get; init; } = 16;

    /// <summary>Requests for one operation whose nonces are refused (RFC 8555 §6.5).</summary>
    public int NonceTries { get; init; } = 10;

    /// <summary>For the authority to validate one name, or to issue; Let's Encrypt needs seconds.</summary>
    public TimeSpan PollTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two polls, unless the authority names a time; at first a second.</summary>
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Names in a certificate, and so authorizations in an order; Let's Encrypt allows 100.</summary>
    public int Names { get; init; } = 100;

    /// <summary>Challenges of one authorization.</summary>
    public int Challenges { get; init; } = 32;

    /// <summary>How long the authority's Retry-After is obeyed at most. A longer wait would let the certificate expire.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromDays(2);
}
