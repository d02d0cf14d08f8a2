namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>
/// A DMARC policy record (RFC 9989 §4.7), as far as a receiver needs it. Unknown tags and <c>pct</c> (historic) are ignored.
/// </summary>
internal sealed record DmarcRecord
{
    private DmarcRecord()
    {
    }

    /// <summary>
    /// The tag <c>p</c>. Null: it is missing or invalid, or <c>sp</c> or <c>np</c> is invalid, and there is no address for reports, so
    /// DMARC
    /// does not apply (RFC 9989 §4.10.1). With such an address all three count as <c>p=none</c>.
    /// </summary>
    public DmarcPolicy? Policy { get; private init; }

    /// <summary>The tag <c>sp</c>.</summary>
    public DmarcPolicy? SubdomainPolicy { get; private init; }

    /// <summary>The tag <c>np</c>.</summary>
    public DmarcPolicy? NonexistentPolicy { get; private init; }

    /// <summary>The tag <c>t</c>: the policy that applies is one level milder.</summary>
    public bool IsTest { get; private init; }

    public bool StrictDkim { get; private init; }

    public bool StrictSpf { get; private init; }

    /// <summary>The tag <c>psd</c>: <c>y</c>, <c>n</c> or <c>u</c>.</summary>
    public char PublicSuffix { get; private init; } = 'u';

    /// <returns>Null when the text does not begin with the version of a DMARC record, whose case matters.</returns>
    public static DmarcRecord? Read(string text)
    {
        var rest = text.AsSpan();
        if (!NextTag(ref rest, out var version).Equals("v", StringComparison.OrdinalIgnoreCase) || version is not "DMARC1")
            return null;
        var tags = default(DmarcTags);
        while (!rest.IsEmpty)
        {
            var name = NextTag(ref rest, out var value);
            tags.Set(name, value);
        }
        return From(tags);
    }

    private static DmarcRecord From(in DmarcTags tags)
    {
        var policy = Request(tags.P);
        var (sub, nonexistent) = (Request(tags.Sp), Request(tags.Np));
        if (policy is null || (tags.Sp is not null && sub is null) || (tags.Np is not null && nonexistent is null))
        {
            policy = ReportAddresses.HasAny(tags.Rua) ? DmarcPolicy.None : null;
            sub = nonexistent = null;
        }
        return new DmarcRecord
        {
            Policy = policy,
            SubdomainPolicy = sub,
            NonexistentPolicy = nonexistent,
            IsTest = Is(tags.T, "y"),
            StrictDkim = Is(tags.Adkim, "s"),
            StrictSpf = Is(tags.Aspf, "s"),
            PublicSuffix = Is(tags.Psd, "y") ? 'y' : Is(tags.Psd, "n") ? 'n' : 'u',
        };
    }

    private static DmarcPolicy? Request(string? value) =>
        Is(value, "none") ? DmarcPolicy.None
        : Is(value, "quarantine") ? DmarcPolicy.Quarantine
        : Is(value, "reject") ? DmarcPolicy.Reject
        : null;

    /// <summary>The words of values are literals, whose case does not matter (RFC 5234 §2.3).</summary>
    private static bool Is(string? value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);

    /// <returns>The tag's name; empty for what is no tag.</returns>
    private static ReadOnlySpan<char> NextTag(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> value)
    {
        var end = rest.IndexOf(';');
        var tag = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        var equals = tag.IndexOf('=');
        value = equals < 0 ? [] : tag[(equals + 1)..].Trim(" \t");
        return equals < 0 ? [] : tag[..equals].Trim(" \t");
    }
}
