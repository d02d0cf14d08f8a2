using System.Buffers;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Reception.Authors;

/// <summary>
/// Who a mail says has written it, for DMARC. Mail programs read damaged From fields in different ways, and a forger writes them so that
/// the checked author is another one than the author that a person sees. So a From field counts only where every program reads the same.
/// </summary>
/// <param name="Domains">
/// The different domains of the addresses in From, canonical; empty where From names nobody, and with a problem. At most
/// <see cref="AuthorAddresses.MostDomains"/>, which is more than DMARC checks.
/// </param>
/// <param name="Problem">Why nobody can tell the author, in words for people; null where it is clear.</param>
internal sealed record MailAuthors(IReadOnlyList<string> Domains, string? Problem)
{
    private const int FirstRead = 16 * 1024;

    /// <summary>The header may be read as far as it has arrived, if its empty line has.</summary>
    public static MailAuthors Of(MimeMessage mail)
    {
        var found = Find(mail);
        if (found.Problem is not null || mail.HeaderIsCut)
            return Unknown(found.Problem ?? FromFields.Cut);
        if (found.Count == 0)
            return new MailAuthors([], mail.From.Count == 0 ? null : "the header is damaged");
        var authors = AuthorAddresses.Read(found.Value);
        return authors.Problem is not null || IsShownAs(authors.Domains, mail) ? authors : Unknown("mail programs may show another author");
    }

    private static MailAuthors Unknown(string problem) => new([], problem);

    /// <summary>Rules and payloads show what the lenient reader finds, which therefore must be no other author.</summary>
    private static bool IsShownAs(IReadOnlyList<string> domains, MimeMessage mail)
    {
        // DMARC checks fewer, so that the mail can't pass.
        if (domains.Count == AuthorAddresses.MostDomains)
            return true;
        if (mail.From.Count == 0)
            return domains.Count == 0;
        foreach (var mailbox in mail.From)
        {
            // A name in front of a comma, and a group without members, have no address.
            if (mailbox.Address.Length == 0)
                continue;
            var domain = DomainName.Canonical(mailbox.Address[(mailbox.Address.LastIndexOf('@') + 1)..]);
            if (domain is null || !domains.Contains(domain, StringComparer.Ordinal))
                return false;
        }
        return true;
    }

    private static FromFields Find(MimeMessage mail)
    {
        var (source, most) = (mail.Source, mail.Limits.HeaderBytes);
        if (source.TryGetMemory(out var memory))
            return FromFields.Find(memory.Span[..Math.Min(memory.Length, most)], memory.Length <= most)!.Value;
        for (var room = Math.Min(FirstRead, most); ; room = Math.Min(room * 4, most))
        {
            var rented = ArrayPool<byte>.Shared.Rent(room);
            try
            {
                var length = 0;
                while (length < room && source.Read(length, rented.AsSpan(length, room - length)) is > 0 and var count)
                    length += count;
                var isWhole = length >= source.Length;
                if (FromFields.Find(rented.AsSpan(0, length), isWhole, mayContinue: !isWhole && room < most) is { } found)
                    return found;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}
