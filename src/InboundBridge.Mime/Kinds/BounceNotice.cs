using InboundBridge.Mime.Addresses;
using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime.Kinds;

/// <summary>Recognises bounces of servers that write plain text (qmail and others) by their sender and subject.</summary>
internal static class BounceNotice
{
    private static readonly string[] Subjects =
    [
        "failure notice", "undeliver", "delivery failure", "delivery status notification", "mail delivery fail", "mail delivery system",
        "returned mail",
        "delivery notification", "could not be delivered", "warning: message", "unzustellbar", "non remis", "no se puede entregar",
    ];

    public static bool Is(HeaderBlock header)
    {
        if (header.Unfolded("From") is not { } from || !from.Contains("mailer-daemon", StringComparison.OrdinalIgnoreCase))
            return false;
        var sender = AddressListParser.Parse(from, 1);
        return sender is [{ Address: var address }] && address.StartsWith("mailer-daemon@", StringComparison.OrdinalIgnoreCase)
            && header.Value("Subject") is { } subject && Subjects.Any(text => subject.Contains(text, StringComparison.OrdinalIgnoreCase));
    }
}
