using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Bounces.Policy;

/// <summary>
/// Turns the reply about a recipient into what its sender is told. Replies of servers are quoted. Our own words stay in the log, since they
/// name hosts and sockets of the inside; so does all that a webhook answers, whose address and words may hold secrets.
/// </summary>
internal sealed class FateReader(BounceReason reason, bool isWebhook)
{
    private const string Expired = "4.4.7";

    public RecipientFate Read(MailRecipient named, MailRecipient delivered, DeliveryReply reply)
    {
        var isQuoted = reason == BounceReason.Refused || (!isWebhook && reply is { Code: not null, RemoteHost: not null });
        var host = isQuoted && IsName(reply.RemoteHost) ? reply.RemoteHost : null;
        return new RecipientFate(named, Action(), Status(reply), isQuoted ? Quote(reply.Text, named, delivered) : null, host);
    }

    private string Action() => reason switch
    {
        BounceReason.Delayed => "delayed",
        BounceReason.Relayed => "relayed",
        BounceReason.Delivered => "delivered",
        _ => "failed",
    };

    private string Status(DeliveryReply reply)
    {
        var given = isWebhook ? null : Enhanced(reply);
        return reason switch
        {
            BounceReason.Relayed or BounceReason.Delivered => Of('2', given) ?? "2.0.0",
            BounceReason.Delayed => Of('4', given) ?? (reply.RemoteHost is null ? "4.4.1" : "4.0.0"),
            BounceReason.Refused => Of('5', given) ?? "5.7.1",
            // A recipient that was refused in the attempt at which the others expired.
            BounceReason.Expired when !isWebhook && reply.Code is not (>= 500 and <= 599) => Expired,
            BounceReason.Expired when isWebhook => Expired,
            _ => Of('5', given) ?? "5.0.0",
        };
    }

    private static string? Of(char kind, string? status) => status is not null && status[0] == kind ? status : null;

    /// <summary>
    /// The enhanced status of a server, or the one that our client begins its own words with (<c>550 5.1.2 the domain …</c>); null for
    /// anything that RFC 3463 does not allow.
    /// </summary>
    private static string? Enhanced(DeliveryReply reply)
    {
        var text = reply.Enhanced;
        if (text is null && reply.Code is null && reply.Text.Length > 4 && char.IsAsciiDigit(reply.Text[0]) && reply.Text[3] == ' ')
            text = reply.Text[4..].Split(' ', 2)[0];
        return text?.Split('.') is [{ Length: 1 } kind, var subject, var detail] && kind[0] is '2' or '4' or '5' && IsNumber(subject)
            && IsNumber(detail) ? text : null;
    }

    private static bool IsNumber(string text) =>
        text.Length is >= 1 and <= 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>A socket's path tells nobody outside anything.</summary>
    private static bool IsName(string? host) =>
        host is not null && !host.Contains('/', StringComparison.Ordinal) && ShownText.IsClean(host);

    private static string Quote(string text, MailRecipient named, MailRecipient delivered)
    {
        var shown = delivered.RewrittenFrom is null
            ? text
            : text.Replace(delivered.Address, named.Address, StringComparison.OrdinalIgnoreCase);
        return ShownText.Clean(shown).Trim();
    }
}
