using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>
/// Whether a signature covers all that a reader takes for the signer's. A field that should be there once can be put a second time above a
/// signed mail: a signature that names it once covers the lower one, and many programs show the upper one (RFC 6376 §8.15).
/// A single field that is not signed makes no signature partial: RFC 6376 §5.4 demands From alone, and honest signers leave others out. The
/// verdict names those that matter.
/// </summary>
/// <param name="header">Of the mail. Its repeated fields are looked for when a signature is first asked about.</param>
internal sealed class SignedFields(HeaderFields header)
{
    /// <summary>RFC 5322 §3.6 without Resent fields, and RFC 2045 §3. Names that are shown, or that decide what is shown.</summary>
    private static readonly LenientName[] Single =
    [
        .. new[]
        {
            "From", "Subject", "Date", "To", "Cc", "Bcc", "Reply-To", "Sender", "Message-ID", "In-Reply-To", "References", "MIME-Version",
            "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Content-Description",
        }.Select(name => new LenientName(name)),
    ];

    private static readonly LenientName Subject = Of("Subject");

    /// <summary>What a person sees or a program acts on (RFC 6376 §5.4.1), and what decides how the body is read.</summary>
    private static readonly LenientName[] Told =
        [Subject, Of("Reply-To"), Of("To"), Of("Cc"), Of("Date"), Of("Content-Type"), Of("Content-Transfer-Encoding")];

    private List<(LenientName Name, int Count)>? _repeated;

    /// <summary>False: a From field that somebody sees elsewhere is none of the signer's.</summary>
    public bool HaveAuthor => header.CountOf(Single[0].Octets) > 0;

    /// <summary>There are more From fields than the signature covers.</summary>
    public bool LeaveAuthorOpen(ReadOnlySpan<byte> names) =>
        header.CountOf(Single[0].Octets) is > 0 and var count && count > Picks(names, Single[0].Octets);

    /// <summary>The name of a repeated field that is not covered each time; null: there is none.</summary>
    /// <param name="names">The value of tag <c>h=</c>.</param>
    public string? FindUncovered(ReadOnlySpan<byte> names)
    {
        foreach (var (name, count) in _repeated ??= FindRepeated())
        {
            if (Picks(names, name.Octets) < count)
                return name.Text;
        }
        return null;
    }

    /// <summary>False: anybody can have exchanged the Subject.</summary>
    public bool CoverSubject(ReadOnlySpan<byte> names) => Picks(names, Subject.Octets) >= header.CountOf(Subject.Octets);

    /// <summary>Fields that a person sees or a program acts on, and that the signature does not cover each time.</summary>
    public IReadOnlyList<string> FindUnsigned(ReadOnlySpan<byte> names)
    {
        List<string>? found = null;
        foreach (var name in Told)
        {
            if (header.CountOf(name.Octets) is > 0 and var count && Picks(names, name.Octets) < count)
                (found ??= []).Add(name.Text);
        }
        if (found is null)
            return [];
        return found;
    }

    /// <summary>A name that is spelled in an odd way is no name that a signature can cover, and counts as one more field.</summary>
    private List<(LenientName Name, int Count)> FindRepeated()
    {
        var repeated = new List<(LenientName Name, int Count)>();
        foreach (var name in Single)
        {
            if (header.CountOf(name.Octets) is > 1 and var count)
                repeated.Add((name, count));
        }
        foreach (var name in new OddNames(Single).Find(header))
            repeated.Add((name, int.MaxValue));
        return repeated;
    }

    private static LenientName Of(string name) => Array.Find(Single, single => single.Text == name)!;

    private static int Picks(ReadOnlySpan<byte> names, ReadOnlySpan<byte> name)
    {
        var picks = 0;
        foreach (var range in names.Split((byte)':'))
        {
            if (Ascii.EqualsIgnoreCase(FoldingSpace.Trim(names[range]), name))
                picks++;
        }
        return picks;
    }
}
