using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.SenderRewriting;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>Configuration <c>destinations.NAME.relay</c>, the part that the queue doesn't need.</summary>
public sealed record RelayOptions
{
    public required string Name { get; init; }

    /// <summary>The smarthost: a name, an address, or <c>unix:/path</c>.</summary>
    public required string Host { get; init; }

    public int Port { get; init; } = 25;

    /// <summary>The recipients' own mail exchangers instead of a smarthost; <see cref="Host"/> is empty then.</summary>
    public bool Mx { get; init; }

    /// <summary>
    /// With <see cref="Mx"/>: recipients' domains may lead to loopback, private and other addresses that are not the public internet's.
    /// </summary>
    public bool AllowPrivateAddresses { get; init; }

    public RelayTls Tls { get; init; } = RelayTls.Opportunistic;

    /// <summary>PEM file of authorities that are trusted beside the system's; null for the system's alone.</summary>
    public string? TrustedCertificates { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Our name in EHLO.</summary>
    public required string Hostname { get; init; }

    /// <summary>Null: mail keeps its sender.</summary>
    public SrsOptions? Srs { get; init; }

    /// <summary>
    /// Whether a mail is converted for a server that does not take its octets (8BITMIME, BINARYMIME, SMTPUTF8). False: its delivery fails
    /// there, and no octet of it ever changes.
    /// </summary>
    public bool Convert { get; init; } = true;

    /// <summary>Each key signs every mail that is no stranger's forgery (docs/relay.md).</summary>
    public IReadOnlyList<SigningKeyOptions> Dkim { get; init; } = [];

    /// <summary>Null: no ARC set is added.</summary>
    public SigningKeyOptions? Arc { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For one reply to a command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to the end of the data; RFC 5321 §4.5.3.2.6 asks for 10 minutes.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Messages on one connection before it is closed.</summary>
    public int ConnectionReuse { get; init; } = 100;

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Contains no secret, since a log may write it.</summary>
    public override string ToString() => $"relay {Name}";
}

public enum RelayTls
{
    /// <summary>No TLS, even if the server offers it.</summary>
    Off,

    /// <summary>STARTTLS if the server offers it, whatever its certificate is (RFC 7435).</summary>
    Opportunistic,

    /// <summary>STARTTLS with a valid certificate; else the mail waits.</summary>
    Require,

    /// <summary>TLS from the first octet (RFC 8314), with a valid certificate.</summary>
    Implicit,
}
