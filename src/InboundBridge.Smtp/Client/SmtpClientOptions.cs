using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.Smtp.Client;

/// <summary>How a server is reached and spoken to; the same for every mail that goes there.</summary>
public sealed record SmtpClientOptions
{
    public required SmtpEndpoint Server { get; init; }

    /// <summary>What we say in EHLO or LHLO.</summary>
    public required string Hostname { get; init; }

    /// <summary>RFC 2033: LHLO, and one reply for each recipient after the mail.</summary>
    public bool Lmtp { get; init; }

    public SmtpTlsMode Tls { get; init; }

    /// <summary>A server that calls itself by our own name is us: mail that was looked up by MX would loop.</summary>
    public bool RefuseOwnName { get; init; }

    /// <summary>The name that the certificate must bear; null for the server's host.</summary>
    public string? CertificateName { get; init; }

    /// <summary>Authorities to trust instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>For trying things: the modes that ask for a valid certificate take any.</summary>
    public bool TakesAnyCertificate { get; init; }

    public SmtpCredentials? Credentials { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For one reply, or for one block of the mail to be taken. RFC 5321 §4.5.3.2 asks for 5 minutes, 3 for a block.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to the whole mail. RFC 5321 §4.5.3.2.6 asks for 10 minutes: a client that goes too soon makes duplicates.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For one mail from MAIL to the last reply: a peer that answers each command just in time must not hold us for days. Our choice.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromHours(1);

    public SmtpReplyLimits Limits { get; init; } = new();
}

/// <param name="User">Authentication identity; the authorization identity stays empty.</param>
public sealed record SmtpCredentials(string User, string Password)
{
    /// <summary>The password stays out of logs.</summary>
    public override string ToString() => User;
}

public enum SmtpTlsMode
{
    /// <summary>Never, not even when it is offered.</summary>
    Off,

    /// <summary>When offered, without checking the certificate; when the handshake fails, without (RFC 7435).</summary>
    Opportunistic,

    /// <summary>STARTTLS with a valid certificate, or nothing is sent.</summary>
    Require,

    /// <summary>TLS from the first octet (RFC 8314), with a valid certificate.</summary>
    Implicit,
}

/// <summary>What a peer may say at most; more is a breach of protocol, and the connection ends.</summary>
public sealed record SmtpReplyLimits
{
    /// <summary>Octets of one reply line; RFC 5321 §4.5.3.1.5 allows 512, some servers say more.</summary>
    public int Line { get; init; } = 4096;

    /// <summary>Lines of one reply; the longest EHLO answers in use have about 30.</summary>
    public int Lines { get; init; } = 256;

    /// <summary>Octets of one reply.</summary>
    public int Reply { get; init; } = 64 * 1024;
}
