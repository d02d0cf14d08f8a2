using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>The index of one header block over its raw octets.</summary>
internal sealed class HeaderBlock(ReadOnlyMemory<byte> octets, long offset, HeaderEntry[] entries, int count, long bodyOffset)
{
    /// <summary>The header has more octets or fields than were read.</summary>
    public bool IsCut { get; init; }

    private readonly HeaderField?[] _fields = new HeaderField?[count];

    /// <summary>A bit for each field name in the block: most names that callers ask for are absent, and this saves the search.</summary>
    private readonly ulong _names = NamesOf(octets.Span, entries.AsSpan(0, count));

    public static HeaderBlock Empty(long offset) => new(default, offset, [], 0, offset);

    public int Count => count;

    /// <summary>Most octets of the block that are kept.</summary>
    public int Size => octets.Length;

    public long Offset => offset;

    /// <summary>Offset in the source of the first octet after the empty line.</summary>
    public long BodyOffset => bodyOffset;

    public IReadOnlyList<HeaderField> Fields
    {
        get
        {
            for (var index = 0; index < count; index++)
                _ = Field(index);
            return _fields!;
        }
    }

    public HeaderField Field(int index)
    {
        if (_fields[index] is { } known)
            return known;
        var entry = entries[index];
        return _fields[index] = new HeaderField(this, index, offset + entry.Start, entry.End - entry.Start);
    }

    /// <summary>The header block of the mail that this part belongs to; null for the mail's own.</summary>
    public HeaderBlock? Outer { get; set; }

    /// <summary>The mail that this header belongs to; null for a part's header.</summary>
    public MimeMessage? Mail { get; set; }

    /// <summary>The charset of the mail's first text, once its structure has been read.</summary>
    public string? TextCharset { get; set; }

    /// <summary>
    /// The charset that raw 8-bit octets of this block are probably in: what its own Content-Type declares, else that of the mail's text.
    /// Null where nothing is declared.
    /// </summary>
    public string? FindCharset()
    {
        if (Find("Content-Type") is >= 0 and var index && DeclaredCharset.Of(RawValue(index)) is { } own)
            return own;
        if (Outer is not null)
            return Outer.FindCharset();
        if (TextCharset is null)
            Mail?.ReadStructureOnce();
        return TextCharset;
    }

    /// <summary>Index of the first field of that name from <paramref name="from"/> on, or -1.</summary>
    public int Find(string name, int from = 0)
    {
        if (name.Length == 0 || (_names & Bit(name.Length, name[0])) == 0)
            return -1;
        var span = octets.Span;
        for (var index = from; index < count; index++)
        {
            var entry = entries[index];
            if (entry.NameLength == name.Length && Ascii.EqualsIgnoreCase(span.Slice(entry.Start, entry.NameLength), name))
                return index;
        }
        return -1;
    }

    public bool Has(string name) => Find(name) >= 0;

    /// <summary>Decoded value of the first field of that name, or null.</summary>
    public string? Value(string name)
    {
        var index = Find(name);
        return index < 0 ? null : Field(index).Value;
    }

    /// <summary>Unfolded text of the first field of that name with its encoded words left alone, or null.</summary>
    public string? Unfolded(string name)
    {
        var index = Find(name);
        return index < 0 ? null : HeaderText.Unfold(RawValue(index), this);
    }

    /// <summary>The same for the first non-empty field of that name; otherwise for the first one.</summary>
    public string? FirstUnfolded(string name)
    {
        var first = Unfolded(name);
        if (first is not "")
            return first;
        for (var index = Find(name); (index = Find(name, index + 1)) >= 0;)
        {
            if (HeaderText.Unfold(RawValue(index), this) is { Length: > 0 } text)
                return text;
        }
        return first;
    }

    /// <summary>Decoded value of the first non-empty field of that name, otherwise of the first one; null where there is none.</summary>
    public string? FirstValue(string name)
    {
        var first = Value(name);
        if (first is not "")
            return first;
        for (var index = Find(name); (index = Find(name, index + 1)) >= 0;)
        {
            if (Field(index).Value is { Length: > 0 } text)
                return text;
        }
        return first;
    }

    public ReadOnlySpan<byte> RawValue(int index) => octets.Span[entries[index].ValueStart..entries[index].End];

    public ReadOnlyMemory<byte> RawValueMemory(int index) => octets[entries[index].ValueStart..entries[index].End];

    public ReadOnlySpan<byte> RawName(int index) => octets.Span.Slice(entries[index].Start, entries[index].NameLength);

    private static ulong NamesOf(ReadOnlySpan<byte> octets, ReadOnlySpan<HeaderEntry> entries)
    {
        var names = 0UL;
        foreach (var entry in entries)
            names |= Bit(entry.NameLength, (char)octets[entry.Start]);
        return names;
    }

    /// <summary>The same for a letter in upper and lower case.</summary>
    private static ulong Bit(int length, char first) => 1UL << (((first & 0x1F) ^ (length << 1)) & 63);
}
