using System.Net;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>What every session of the server shares; replaced whole on reload.</summary>
public sealed record SmtpServerOptions
{
    /// <summary>Our name: banner, EHLO, Received.</summary>
    public required string Hostname { get; init; }

    public SmtpLimits Limits { get; init; } = new();

    public BareNewline BareNewline { get; init; } = BareNewline.Reject;

    /// <summary>Which addresses MAIL and RCPT take.</summary>
    public SmtpAddressSyntax AddressSyntax { get; init; }

    /// <summary>Networks that may use XCLIENT and skip client checks.</summary>
    public IReadOnlyList<IPNetwork> Trusted { get; init; } = [];

    /// <summary>How long an MX listener waits before it greets, to hear who talks first; trusted peers are greeted at once. Zero: looks without waiting.</summary>
    public TimeSpan GreetingDelay { get; init; }

    /// <summary>ETRN is offered (RFC 1985): there are queues to start. The receiver answers it.</summary>
    public bool TurnQueue { get; init; }

    internal bool IsTrusted(IPAddress client) => Trusted.Any(network => network.Contains(client));
}

/// <summary>What becomes of a message with a bare CR or LF: both are how SMTP smuggling works.</summary>
public enum BareNewline
{
    Reject,
    Normalize,
}

/// <summary>Every limit of the wire, with the origin of its default.</summary>
public sealed record SmtpLimits
{
    /// <summary>Octets of one message, counted. The contract's default.</summary>
    public long MessageSize { get; init; } = 50L * 1024 * 1024;

    /// <summary>RFC 5321 §4.5.3.1.8 asks for at least 100.</summary>
    public int Recipients { get; init; } = 1000;

    public int Connections { get; init; } = 5000;

    /// <summary>For each IPv4 address and each IPv6 /64.</summary>
    public int ConnectionsPerClient { get; init; } = 50;

    public int MessagesPerConnection { get; init; } = 1000;

    /// <summary>Bad commands before 421 4.7.0.</summary>
    public int Errors { get; init; } = 10;

    /// <summary>RFC 5321 §4.5.3.2.7.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The whole of DATA or of a BDAT transaction; RFC 5321 §4.5.3.2 asks for 3 minutes a block.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Octets a second, averaged over the message's body, below which the peer is cut off.</summary>
    public int MinimumRate { get; init; } = 100;

    /// <summary>Octets of a command line with CRLF; RFC 5321 §4.5.3.1.4 asks for 512, its extensions for more.</summary>
    public int CommandLine { get; init; } = 2000;

    /// <summary>Commands a minute that move no message; Postfix allows 100 a session before it makes the peer wait.</summary>
    public int IdleCommandsPerMinute { get; init; } = 600;

    /// <summary>What the first failed AUTH of a connection waits; the second waits twice as long.</summary>
    public TimeSpan AuthenticationDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Octets of the top header block.</summary>
    public int HeaderSize { get; init; } = 256 * 1024;
}
