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

    /// <summary>With <see cref="Mx"/>: recipients' domains may lead to loopback, private and other addresses that are not the public internet's.</summary>
    public bool AllowPrivateAddresses { get; init; }

    public RelayTls Tls { get; init; } = RelayTls.Opportunistic;

    /// <summary>PEM file of authorities that are trusted beside the system's; null for the system's alone.</summary>
    public string? TrustedCertificates { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>What we say in EHLO.</summary>
    public required string Hostname { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For one reply, and for the whole of DATA's end (RFC 5321 §4.5.3.2 asks for 10 minutes there).</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Messages on one connection before it is closed.</summary>
    public int ConnectionReuse { get; init; } = 100;

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without the secrets, wherever it is written.</summary>
    public override string ToString() => $"relay {Name}";
}

public enum RelayTls
{
    /// <summary>Never, not even when it is offered.</summary>
    Off,

    /// <summary>When offered, without checking the certificate (RFC 7435).</summary>
    Opportunistic,

    /// <summary>STARTTLS with a valid certificate, or the message waits.</summary>
    Require,

    /// <summary>TLS from the first octet (RFC 8314), with a valid certificate.</summary>
    Implicit,
}
