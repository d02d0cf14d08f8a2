using System.Net;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.Mime;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Configuration.Sections;

internal static class SmtpSection
{
    public static IPEndPoint DefaultListener { get; } = new(IPAddress.Loopback, 2525);

    public static SmtpOptions Defaults => new()
    {
        Listeners = [new ListenerOptions { Name = DefaultListener.ToString(), Address = DefaultListener }],
        Server = new SmtpServerOptions { Hostname = string.Empty },
    };

    public static SectionShape<SmtpOptions> Shape { get; } = new SectionShape<SmtpOptions>("Reception of mail: listeners, syntax, limits.", () => Defaults)
        .Key("hostname", Scalars.HostNameOrLiteral, (smtp, value) => smtp with { Server = smtp.Server with { Hostname = value } },
            "The name in the banner, EHLO and Received, if it differs from the top-level hostname.")
        .Key("listeners", new ListShape<ListenerOptions>(ListenerSection.Shape), (smtp, value) => smtp with { Listeners = value },
            "Where to listen. Default: 127.0.0.1:2525 as an MX.")
        .Key("trusted", new ListShape<IPNetwork>(Scalars.Network),
            (smtp, value) => smtp with { Server = smtp.Server with { Trusted = value } },
            "Networks that may use XCLIENT and skip client checks.")
        .Key("bare_newline", Scalars.Choice(("reject", BareNewline.Reject), ("normalize", BareNewline.Normalize)),
            (smtp, value) => smtp with { Server = smtp.Server with { BareNewline = value } },
            "What happens to a message with a bare CR or LF, which attackers use for SMTP smuggling.", "reject")
        .Key("address_syntax", Scalars.Choice(("standard", SmtpAddressSyntax.Standard), ("lenient", SmtpAddressSyntax.Lenient)),
            (smtp, value) => smtp with { Server = smtp.Server with { AddressSyntax = value } },
            "lenient: MAIL and RCPT also accept dots anywhere in a local part, long local parts, and paths without angle brackets.",
            "standard")
        .Key("greeting_delay", Patience, (smtp, value) => smtp with { Server = smtp.Server with { GreetingDelay = value } },
            "How long an MX listener waits before its greeting; clients that talk first are refused. 0s: checks without waiting.", "0s")
        .Key("vrfy", Scalars.Choice(("off", false), ("truthful", true)), (smtp, value) => smtp with { TellsRecipients = value },
            "VRFY and EXPN. off: 252 and 502 for everybody. truthful: authenticated users and trusted peers learn which recipients exist.", "off")
        .Key("etrn", Scalars.Toggle, (smtp, value) => smtp with { TurnQueue = value },
            "Offers ETRN if there are relay destinations: users may start the queues of their 'collect' domains, trusted peers any queue.", "true")
        .Key("limits", SmtpLimitsSection.Shape,
            (smtp, value) => smtp with { Server = smtp.Server with { Limits = value.Smtp }, Mime = value.Mime },
            "Limits of connections and of messages.")
        .Key("rate_limits", new ListShape<SmtpRateLimit>(RateLimit), (smtp, value) => smtp with { RateLimits = value },
            "How many messages of a client, sender or recipient are accepted in a period.");

    /// <summary>Clients give up on a greeting after five minutes (RFC 5321 §4.5.3.2.1), people and monitors long before.</summary>
    private static ScalarShape<TimeSpan> Patience =>
        new("a duration", DurationText.TryParse, () => Scalars.Duration(TimeSpan.Zero).Schema())
        {
            Spelling = DurationText.Format,
            Hint = _ => DurationText.Examples,
            Complaint = value => value <= TimeSpan.FromSeconds(60) ? null : "at most 60s",
        };

    private static SectionShape<SmtpRateLimit> RateLimit =>
        new SectionShape<SmtpRateLimit>("One rate limit.", () => new SmtpRateLimit(SmtpRateKey.Client, 1, TimeSpan.FromHours(1)))
        .Required(
            "key", Scalars.Choice(
                ("client", SmtpRateKey.Client), ("sender", SmtpRateKey.Sender), ("sender_domain", SmtpRateKey.SenderDomain),
            ("recipient", SmtpRateKey.Recipient), ("user", SmtpRateKey.User)), (limit, value) => limit with { Key = value },
                "what messages are counted by")
        .Required(
            "messages", Scalars.Rate, (limit, value) => limit with { Messages = value.Count, Period = value.Period }, "such as 600/1h");
}

/// <summary><c>smtp.limits</c> holds the limits of SMTP sessions and those of the MIME reader.</summary>
internal sealed record ReceivingLimits(SmtpLimits Smtp, MimeLimits Mime);
