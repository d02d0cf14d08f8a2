namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>The values of the tags that count. Null: the record lacks the tag.</summary>
internal struct DmarcTags
{
    /// <summary>
    /// A list with a tag twice is invalid (RFC 6376 §3.2). Since errors are to be ignored tag by tag (RFC 9989 §4.7), only that tag is
    /// without a valid value.
    /// </summary>
    private const string Twice = "";

    public string? P;
    public string? Sp;
    public string? Np;
    public string? T;
    public string? Psd;
    public string? Adkim;
    public string? Aspf;
    public string? Rua;

    public void Set(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (Is(name, "p"))
            Set(ref P, value);
        else if (Is(name, "sp"))
            Set(ref Sp, value);
        else if (Is(name, "np"))
            Set(ref Np, value);
        else if (Is(name, "t"))
            Set(ref T, value);
        else if (Is(name, "psd"))
            Set(ref Psd, value);
        else if (Is(name, "adkim"))
            Set(ref Adkim, value);
        else if (Is(name, "aspf"))
            Set(ref Aspf, value);
        else if (Is(name, "rua"))
            Set(ref Rua, value);
    }

    private static bool Is(ReadOnlySpan<char> name, string tag) => name.Equals(tag, StringComparison.OrdinalIgnoreCase);

    private static void Set(ref string? tag, ReadOnlySpan<char> value) => tag = tag is null ? value.ToString() : Twice;
}
