using InboundBridge.MailFlow.Reception.Authors;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Reception.Checks;

/// <summary>Reads from a header what the checks of the sender's side need to know beside signatures.</summary>
internal static class SenderHeaders
{
    /// <summary>Tells the checks about a header that has arrived, unless they know it.</summary>
    public static void Tell(SenderCheck? sender, MimeMessage mail)
    {
        if (sender is { WantsHeader: true })
            sender.HeaderArrived(Of(mail, sender.MostSignatures));
    }

    /// <param name="most">Signatures whose domains are read ahead; a hostile mail has thousands.</param>
    private static SenderHeader Of(MimeMessage mail, int most)
    {
        var authors = MailAuthors.Of(mail);
        return new SenderHeader(authors.Domains, SigningDomains(mail, most), authors.Problem);
    }

    private static List<string> SigningDomains(MimeMessage mail, int most)
    {
        var domains = new List<string>(1);
        foreach (var field in mail.HeadersOf("DKIM-Signature"))
        {
            if (domains.Count >= most)
                break;
            if (DomainOf(field.Value) is { } domain)
                domains.Add(domain);
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
