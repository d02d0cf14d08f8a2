using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Reception.Checks;

/// <summary>Reads from a header what the checks of the sender's side need to know beside signatures.</summary>
internal static class SenderHeaders
{
    /// <summary>Signatures whose domains are read ahead; a hostile mail has thousands.</summary>
    private const int MostSignatures = 10;

    /// <summary>Tells the checks about a header that has arrived, unless they know it.</summary>
    public static void Tell(SenderCheck? sender, MimeMessage mail)
    {
        if (sender is { WantsHeader: true })
            sender.HeaderArrived(Of(mail));
    }

    private static SenderHeader Of(MimeMessage mail)
    {
        var authors = new List<string>(1);
        foreach (var mailbox in mail.From)
            authors.Add(mailbox.Address[(mailbox.Address.LastIndexOf('@') + 1)..]);
        return new SenderHeader(authors, SigningDomains(mail));
    }

    private static List<string> SigningDomains(MimeMessage mail)
    {
        var domains = new List<string>(1);
        foreach (var field in mail.HeadersOf("DKIM-Signature"))
        {
            if (DomainOf(field.Value) is { } domain && domains.Count < MostSignatures)
                domains.Add(domain);
            if (domains.Count == MostSignatures)
                break;
        }
        return domains;
    }

    /// <summary>Only a hint: the check of the signature reads its tags by the book.</summary>
    private static string? DomainOf(ReadOnlySpan<char> signature)
    {
        foreach (var range in signature.Split(';'))
        {
            var tag = signature[range].Trim();
            if (tag.StartsWith("d", StringComparison.Ordinal) && tag[1..].TrimStart() is ['=', .. var value])
                return value.Trim().ToString();
        }
        return null;
    }
}
