using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace InboundBridge.Smtp.Server;

/// <summary>How a listener offers TLS.</summary>
public enum SmtpTlsMode
{
    Off,

    /// <summary>STARTTLS is offered (RFC 3207).</summary>
    StartTls,

    /// <summary>STARTTLS is offered, and no mail is accepted without it.</summary>
    Require,

    /// <summary>TLS from the first octet (RFC 8314).</summary>
    Implicit,
}

/// <summary>
/// What the sessions of one listener share, apart from <see cref="SmtpServerOptions"/>. The listener's name and mode are in
/// <see cref="SmtpPeer"/>.
/// </summary>
public sealed record SmtpListenerOptions
{
    public SmtpTlsMode Tls { get; init; }

    /// <summary>
    /// Called at each handshake with the host name that the client asks for (SNI, RFC 6066 §3; null when it names none), so that a new
    /// certificate counts from the next connection on. Must return a new object each time, because the session adds to it. Null means no
    /// TLS, whatever <see cref="Tls"/> says. With <see cref="SslServerAuthenticationOptions.ClientCertificateRequired"/> a client
    /// certificate is still optional: a valid one becomes a fact for the rules, an invalid one is ignored.
    /// </summary>
    public Func<string?, SslServerAuthenticationOptions>? TlsOptions { get; init; }

    /// <summary>
    /// Called at each handshake with the TLS versions that the client offers; returns the cipher suites to allow unless
    /// <see cref="TlsOptions"/> has set them. Null for the platform's own.
    /// </summary>
    public Func<SslProtocols, CipherSuitesPolicy?>? Ciphers { get; init; }

    /// <summary>
    /// Networks whose connections must begin with a PROXY header. From other networks a PROXY header is an unknown command.
    /// </summary>
    public IReadOnlyList<IPNetwork> ProxyProtocol { get; init; } = [];

    /// <summary>The user store; null when AUTH is not offered.</summary>
    public ISmtpAuthenticator? Authenticator { get; init; }

    /// <summary>MAIL requires AUTH first (RFC 6409 §4.3).</summary>
    public bool RequireAuthentication { get; init; }

    /// <summary>Offers AUTH without TLS; for loopback listeners only.</summary>
    public bool AllowPlaintextAuthentication { get; init; }

    /// <summary>Offers CRAM-MD5, which needs passwords that are stored readably.</summary>
    public bool CramMd5 { get; init; }
}
