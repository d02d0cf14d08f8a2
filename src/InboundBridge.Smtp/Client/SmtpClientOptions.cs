using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.Smtp.Client;

/// <summary>How to reach and talk to a server; the same for every message that goes there.</summary>
public sealed record SmtpClientOptions
{
    public required SmtpEndpoint Server { get; init; }

    /// <summary>Our name in EHLO or LHLO.</summary>
    public required string Hostname { get; init; }

    /// <summary>RFC 2033: LHLO instead of EHLO, and one reply for each recipient after the message.</summary>
    public bool Lmtp { get; init; }

    public SmtpTlsMode Tls { get; init; }

    /// <summary>Refuse a server that has our own name, because mail that we sent there by its MX record would loop.</summary>
    public bool RefuseOwnName { get; init; }

    /// <summary>The name that the certificate must have; null for the server's host name.</summary>
    public string? CertificateName { get; init; }

    /// <summary>Authorities to trust instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Accepts any certificate, even in the modes that require a valid one. TLS is still required there.</summary>
    public bool TakesAnyCertificate { get; init; }

    /// <summary>Decides about the server's certificate instead of authorities and name (DANE, RFC 7672); null for these.</summary>
    public SmtpCertificateCheck? CertificateCheck { get; init; }

    /// <summary>
    /// The connection that is dialled is encrypted already, and the other side has proved who it is: it had to sign in before it turned the
    /// connection round (RFC 2645).
    /// </summary>
    public bool IsProtected { get; init; }

    public SmtpCredentials? Credentials { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For one reply, or for sending one block of the message. RFC 5321 §4.5.3.2 asks for 5 minutes, and for 3 for a block.
    /// </summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// For the reply to the end of the data. RFC 5321 §4.5.3.2.6 asks for 10 minutes,
    /// because a client that gives up too early causes duplicates.
    /// </summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// From MAIL to the last reply, so that a server that answers each command just in
    /// time can't hold us for days. The value is our choice.
    /// </summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromHours(1);

    public SmtpReplyLimits Limits { get; init; } = new();
}

/// <param name="User">Authentication identity; the authorization identity stays empty.</param>
public sealed record SmtpCredentials(string User, string Password)
{
    /// <summary>Without the password, because it may be logged.</summary>
    public override string ToString() => User;
}

public enum SmtpTlsMode
{
    /// <summary>Never use TLS.</summary>
    Off,

    /// <summary>Use TLS when it is offered, with any certificate. If the handshake fails, send without TLS (RFC 7435).</summary>
    Opportunistic,

    /// <summary>Send only after STARTTLS with a valid certificate.</summary>
    Require,

    /// <summary>TLS from the first octet (RFC 8314), with a valid certificate.</summary>
    Implicit,
}

/// <summary>Limits on a server's replies; if it exceeds one, we close the connection.</summary>
public sealed record SmtpReplyLimits
{
    /// <summary>Octets of one reply line; RFC 5321 §4.5.3.1.5 allows 512, but some servers send more.</summary>
    public int Line { get; init; } = 4096;

    /// <summary>Lines of one reply; the longest replies to EHLO have about 30.</summary>
    public int Lines { get; init; } = 256;

    /// <summary>Octets of one reply.</summary>
    public int Reply { get; init; } = 64 * 1024;
}
