using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>
/// Whether a signature covers all that a reader takes for the signer's. A field that should be there once can be put a second time above a
/// signed mail: a signature that names it once covers the lower one, and many programs show the upper one (RFC 6376 §8.15).
/// </summary>
/// <param name="header">Of the mail. Its repeated fields are looked for when a signature is first asked about.</param>
internal sealed class SignedFields(HeaderFields header)
{
    /// <summary>RFC 5322 §3.6 without Resent fields, and RFC 2045 §3. Names that are shown, or that decide what is shown.</summary>
    private static readonly byte[][] Single =
    [
        .. new[]
        {
            "From", "Subject", "Date", "To", "Cc", "Bcc", "Reply-To", "Sender", "Message-ID", "In-Reply-To", "References", "MIME-Version",
            "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Content-Description",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    private List<(byte[] Name, int Count)>? _repeated;

    /// <summary>False: a From field that somebody sees elsewhere is none of the signer's.</summary>
    public bool HaveAuthor => header.CountOf(Single[0]) > 0;

    /// <summary>There are more From fields than the signature covers.</summary>
    public bool LeaveAuthorOpen(ReadOnlySpan<byte> names) =>
        header.CountOf(Single[0]) is > 0 and var count && count > Picks(names, Single[0]);

    /// <summary>The name of a repeated field that is not covered each time; null: there is none.</summary>
    /// <param name="names">The value of tag <c>h=</c>.</param>
    public string? FindUncovered(ReadOnlySpan<byte> names)
    {
        foreach (var (name, count) in _repeated ??= FindRepeated())
        {
            if (Picks(names, name) < count)
                return Encoding.ASCII.GetString(name);
        }
        return null;
    }

    private List<(byte[] Name, int Count)> FindRepeated()
    {
        var repeated = new List<(byte[] Name, int Count)>();
        foreach (var name in Single)
        {
            if (header.CountOf(name) is > 1 and var count)
                repeated.Add((name, count));
        }
        return repeated;
    }

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
