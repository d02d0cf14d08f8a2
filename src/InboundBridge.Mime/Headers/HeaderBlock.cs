using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>The index of one header block over its raw octets.</summary>
internal sealed class HeaderBlock(ReadOnlyMemory<byte> octets, long offset, HeaderEntry[] entries, int count, long bodyOffset)
{
    private readonly HeaderField?[] _fields = new HeaderField?[count];

    /// <summary>A bit for each name that is there: most of those that are asked for are not, and are not looked for.</summary>
    private readonly ulong _names = NamesOf(octets.Span, entries.AsSpan(0, count));

    public static HeaderBlock Empty(long offset) => new(default, offset, [], 0, offset);

    public int Count => count;

    /// <summary>Octets of the block that are kept.</summary>
    public int Size => octets.Length;

    public long Offset => offset;

    /// <summary>Where in the source the first octet behind the empty line stands.</summary>
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
        return _fields[index] = new HeaderField(
            octets.Slice(entry.Start, entry.NameLength),
            octets[entry.ValueStart..entry.End],
            offset + entry.Start,
            entry.End - entry.Start);
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
        return index < 0 ? null : HeaderText.Unfold(RawValue(index));
    }

    public ReadOnlySpan<byte> RawValue(int index) => octets.Span[entries[index].ValueStart..entries[index].End];

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
