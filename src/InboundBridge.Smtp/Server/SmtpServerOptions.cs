using System.Net;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>Options that all sessions of the server share; a reload replaces the whole object.</summary>
public sealed record SmtpServerOptions
{
    /// <summary>Our name in the banner, in EHLO and in Received.</summary>
    public required string Hostname { get; init; }

    public SmtpLimits Limits { get; init; } = new();

    public BareNewline BareNewline { get; init; } = BareNewline.Reject;

    /// <summary>Which addresses MAIL and RCPT accept.</summary>
    public SmtpAddressSyntax AddressSyntax { get; init; }

    /// <summary>Networks that may use XCLIENT and skip checks of the client.</summary>
    public IReadOnlyList<IPNetwork> Trusted { get; init; } = [];

    /// <summary>
    /// How long an MX listener waits before its greeting, to detect clients that don't wait for it. Trusted clients are greeted at once.
    /// With zero, only octets that have already come are detected.
    /// </summary>
    public TimeSpan GreetingDelay { get; init; }

    /// <summary>Offers ETRN (RFC 1985), which the receiver answers.</summary>
    public bool TurnQueue { get; init; }

    internal bool IsTrusted(IPAddress client) => Trusted.Any(network => network.Contains(client));
}

/// <summary>What to do with a message that holds a bare CR or LF, which SMTP smuggling relies on.</summary>
public enum BareNewline
{
    Reject,
    Normalize,
}

/// <summary>Every limit of a session, with the origin of its default.</summary>
public sealed record SmtpLimits
{
    /// <summary>Octets of one message, as counted on the wire (docs/smtp.md).</summary>
    public long MessageSize { get; init; } = 50L * 1024 * 1024;

    /// <summary>Recipients of one message; RFC 5321 §4.5.3.1.8 asks for at least 100.</summary>
    public int Recipients { get; init; } = 1000;

    public int Connections { get; init; } = 5000;

    /// <summary>Connections from one IPv4 address or one IPv6 /64.</summary>
    public int ConnectionsPerClient { get; init; } = 50;

    public int MessagesPerConnection { get; init; } = 1000;

    /// <summary>Bad commands after which we reply 421 4.7.0 and close.</summary>
    public int Errors { get; init; } = 10;

    /// <summary>How long we wait for a command (RFC 5321 §4.5.3.2.7).</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For a whole message by DATA or BDAT; RFC 5321 §4.5.3.2 asks for 3 minutes for each block.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Octets a second, averaged over the message; slower clients are cut off.</summary>
    public int MinimumRate { get; init; } = 100;

    /// <summary>Octets of a command line with its CRLF; RFC 5321 §4.5.3.1.4 asks for 512, and extensions ask for more.</summary>
    public int CommandLine { get; init; } = 2000;

    /// <summary>Commands a minute that move no message; Postfix slows a client down after 100 in a session.</summary>
    public int IdleCommandsPerMinute { get; init; } = 600;

    /// <summary>Delay of the reply to the first failed AUTH of a connection; the second waits twice as long.</summary>
    public TimeSpan AuthenticationDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Octets of a message's header.</summary>
    public int HeaderSize { get; init; } = 256 * 1024;
}
