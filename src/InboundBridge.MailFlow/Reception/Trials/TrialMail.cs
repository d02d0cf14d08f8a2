using System.Net;
using InboundBridge.Rules.Testing;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>A mail to try out, with its envelope and its client.</summary>
public sealed record TrialMail
{
    /// <summary>Empty for the null reverse-path.</summary>
    public required string Sender { get; init; }

    public required IReadOnlyList<string> Recipients { get; init; }

    public required ReadOnlyMemory<byte> Octets { get; init; }

    public IPAddress ClientIp { get; init; } = IPAddress.Loopback;

    public string Helo { get; init; } = "localhost";

    /// <summary>Facts in place of what session, mail and checks would say.</summary>
    public GivenValues Given { get; init; } = GivenValues.None;

    /// <summary>
    /// What can't be sent over SMTP; null when everything can. A line break in an address or name would inject a command.
    /// </summary>
    public string? Problem()
    {
        if (Sender.Length > 0 && !SmtpAddressParser.TryParse(Sender, out _))
            return $"'{Sender}' is not an address to send from";
        if (Recipients.Count == 0)
            return "a recipient is needed";
        if (Recipients.FirstOrDefault(text => !IsRecipient(text)) is { } bad)
            return $"'{bad}' is not an address to send to";
        return Helo.Length is 0 or > 255 || Helo.Any(letter => letter is <= ' ' or > '~') ? $"'{Helo}' is not a name for HELO" : null;
    }

    /// <summary>RFC 5321 §4.5.1: postmaster goes without a domain.</summary>
    private static bool IsRecipient(string text) =>
        text.Equals("postmaster", StringComparison.OrdinalIgnoreCase) || SmtpAddressParser.TryParse(text, out _);
}
