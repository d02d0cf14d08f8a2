using System.Net;
using InboundBridge.Mime;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>smtp</c>.</summary>
internal sealed record SmtpOptions
{
    public required IReadOnlyList<ListenerOptions> Listeners { get; init; }

    /// <summary>What every session shares: name, limits, networks.</summary>
    public required SmtpServerOptions Server { get; init; }

    /// <summary>The part of <c>smtp.limits</c> that bounds the MIME reader.</summary>
    public MimeLimits Mime { get; init; } = MimeLimits.Default;

    /// <summary>ETRN is offered when there are relay destinations.</summary>
    public bool TurnQueue { get; init; } = true;

    /// <summary>VRFY and EXPN tell authenticated users and trusted peers which recipients exist.</summary>
    public bool TellsRecipients { get; init; }

    public IReadOnlyList<SmtpRateLimit> RateLimits { get; init; } = [];
}

/// <summary>One entry of <c>smtp.listeners</c>.</summary>
internal sealed record ListenerOptions
{
    /// <summary>The address as written, unless it has a <c>name</c>. Unique; a metric label.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <see cref="IPEndPoint"/>, <see cref="DnsEndPoint"/> (only <c>localhost</c>: both loopbacks) or
    /// <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>.
    /// </summary>
    public required EndPoint Address { get; init; }

    /// <summary>Of a unix socket's file; null: 0600.</summary>
    public UnixFileMode? SocketMode { get; init; }

    public SmtpListenerMode Mode { get; init; }

    public ListenerTls Tls { get; init; } = ListenerTls.StartTls;

    /// <summary>CRAM-MD5 is offered; users need a readable secret for it.</summary>
    public bool CramMd5 { get; init; }

    /// <summary>Clients are asked for a certificate, but need not have one.</summary>
    public bool AskForCertificate { get; init; }

    /// <summary>Networks of proxies that must send a PROXY header (v1 or v2); empty: none is expected.</summary>
    public IReadOnlyList<IPNetwork> ProxyProtocol { get; init; } = [];
}

internal enum ListenerTls
{
    /// <summary>STARTTLS is not offered.</summary>
    Off,

    /// <summary>Offered when there is a certificate.</summary>
    StartTls,

    /// <summary>Offered, and required before any mail.</summary>
    Require,

    /// <summary>TLS from the first octet (RFC 8314).</summary>
    Implicit,
}
