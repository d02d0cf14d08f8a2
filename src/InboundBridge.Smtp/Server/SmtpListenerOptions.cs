using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace InboundBridge.Smtp.Server;

/// <summary>How TLS comes to a listener.</summary>
public enum SmtpTlsMode
{
    Off,

    /// <summary>STARTTLS is offered (RFC 3207).</summary>
    StartTls,

    /// <summary>STARTTLS is offered, and nothing of interest goes without it.</summary>
    Require,

    /// <summary>TLS from the first octet (RFC 8314).</summary>
    Implicit,
}

/// <summary>What the sessions of one listener share beside <see cref="SmtpServerOptions"/>; its name and mode are in <see cref="SmtpPeer"/>.</summary>
public sealed record SmtpListenerOptions
{
    public SmtpTlsMode Tls { get; init; }

    /// <summary>
    /// Asked at each handshake with the host name that the peer wants (SNI, RFC 6066 §3; null when it names none), so that a new certificate counts from
    /// the next connection on. Gives a new object each time: the session adds to it. Null: no TLS, whatever <see cref="Tls"/> says.
    /// A client certificate asked for by <see cref="SslServerAuthenticationOptions.ClientCertificateRequired"/> stays optional:
    /// a verified one becomes a fact, an unverified one is ignored, none is fine.
    /// </summary>
    public Func<string?, SslServerAuthenticationOptions>? TlsOptions { get; init; }

    /// <summary>
    /// Asked at each handshake with the versions that the peer offers: the cipher suites for it, where <see cref="TlsOptions"/> leaves them open. Null: the
    /// platform's own.
    /// </summary>
    public Func<SslProtocols, CipherSuitesPolicy?>? Ciphers { get; init; }

    /// <summary>Networks whose connections must begin with a PROXY header; from all others such a header is no greeting at all.</summary>
    public IReadOnlyList<IPNetwork> ProxyProtocol { get; init; } = [];

    /// <summary>Who knows the users; null: AUTH is not offered.</summary>
    public ISmtpAuthenticator? Authenticator { get; init; }

    /// <summary>MAIL needs AUTH first (RFC 6409 §4.3).</summary>
    public bool RequireAuthentication { get; init; }

    /// <summary>AUTH without TLS; for loopback listeners only.</summary>
    public bool AllowPlaintextAuthentication { get; init; }

    /// <summary>CRAM-MD5 needs passwords that can be read back; opt-in.</summary>
    public bool CramMd5 { get; init; }
}
