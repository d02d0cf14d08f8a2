using System.Buffers;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Delivery.MailSigning;

/// <summary>
/// Decides which of our DKIM signatures a mail must not get. A stranger who has a mail forwarded could otherwise write our domain into From
/// and have us sign it: the forgery would pass DMARC at every other server (docs/relay.md).
/// </summary>
internal static class SigningCheck
{
    public const string ToReturnPath = "a stranger sent it to a rewritten sender (SRS)";

    public const string AuthorUnclear = "programs could show different authors (dmarc=permerror)";

    public const string Forged = "a domain of its From failed DMARC here (dmarc=fail)";

    private static readonly SearchValues<byte> DomainEnds = SearchValues.Create(" \t\r\n,;:()<>\"[]\\@"u8);

    /// <summary>Why a key of a domain must not sign a mail; null where it may.</summary>
    /// <param name="domain">The tag <c>d=</c>, canonical.</param>
    /// <param name="message">How the mail came.</param>
    /// <param name="verdicts">What was found out when it came.</param>
    /// <param name="header">Of the mail as it leaves.</param>
    public static string? Refusal(string domain, SpooledMessage message, Lazy<MailVerdicts> verdicts, HeaderFields header)
    {
        if (message.Cause is not null || message.Envelope is { Trusted: true } or { User: not null })
            return null;
        if (message.Envelope.Recipients.Any(recipient => IsReturnPath(recipient.Address)))
            return ToReturnPath;
        var dmarc = verdicts.Value.Dmarc;
        return dmarc.Result switch
        {
            CheckResult.PermError => AuthorUnclear,
            CheckResult.Fail when MayAlign(domain, dmarc, header) => Forged,
            // Also while the DNS does not answer: a receiver that wants a signature would refuse honest mail for good.
            _ => null,
        };
    }

    /// <summary>The form alone counts: the relay whose secret made the address may have another domain or be gone by now.</summary>
    private static bool IsReturnPath(string recipient) => SrsReader.IsRewritten(recipient.TrimStart('"'));

    /// <summary>
    /// DMARC could take the domain and an author's domain for one organization. The stored verdict names only one of several authors, so
    /// the header is read too.
    /// </summary>
    private static bool MayAlign(string domain, DmarcVerdict dmarc, HeaderFields header)
    {
        if (MayAlign(domain, dmarc.AuthorDomain) || MayAlign(domain, dmarc.Domain))
            return true;
        header.BeginPicks();
        while (header.Pick("From"u8) is >= 0 and var index)
        {
            if (NamesAligned(domain, header.Field(index)[header.ValueStart(index)..]))
                return true;
        }
        return false;
    }

    /// <summary>What follows any at sign counts, in names and comments too: leaving out a signature does no harm.</summary>
    private static bool NamesAligned(string domain, ReadOnlySpan<byte> from)
    {
        while (from.IndexOf((byte)'@') is >= 0 and var at)
        {
            from = from[(at + 1)..];
            var length = from.IndexOfAny(DomainEnds);
            var name = length < 0 ? from : from[..length];
            if (MayAlign(domain, DomainName.Canonical(Encoding.UTF8.GetString(name)) ?? string.Empty))
                return true;
        }
        return false;
    }

    private static bool MayAlign(string domain, string author) =>
        author.Length > 0 && (DomainName.Resembles(domain, author) || DomainName.Resembles(author, domain));
}
