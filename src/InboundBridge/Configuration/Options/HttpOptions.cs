using System.Net;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>http</c>: UI, API, metrics, health.</summary>
internal sealed record HttpOptions
{
    /// <summary>As <see cref="ListenerOptions.Address"/>.</summary>
    public EndPoint Listen { get; init; } = new IPEndPoint(IPAddress.Loopback, 8080);

    /// <summary>TLS from the first octet, with the certificates of <c>tls</c>.</summary>
    public bool ListenTls { get; init; }

    /// <summary>
    /// A separate address that serves only signed links and the MTA-STS policy. Null: <see cref="Listen"/> serves the links too.
    /// </summary>
    public EndPoint? PublicListen { get; init; }

    public HttpLimits Limits { get; init; } = new();

    /// <summary>Where webhook receivers reach us, for the links in payloads; null: payloads carry no links.</summary>
    public Uri? PublicUrl { get; init; }

    public IReadOnlyList<HttpToken> Tokens { get; init; } = [];

    /// <summary>True: /metrics needs no token.</summary>
    public bool MetricsOpen { get; init; } = true;
}

/// <param name="Hash">A <c>SecretHash</c> or a <c>TokenDigest</c>, made by <c>inboundbridge hash-password</c>.</param>
internal sealed record HttpToken(string Name, string Hash, TokenRole Role)
{
    public override string ToString() => $"{Name} ({Role})";
}

internal enum TokenRole
{
    Read,
    Admin,
}
