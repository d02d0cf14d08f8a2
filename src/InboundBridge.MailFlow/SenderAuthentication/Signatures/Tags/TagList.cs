using System.Buffers;
using System.Runtime.CompilerServices;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

/// <summary>
/// A tag list (RFC 6376 §3.2) of a signature or a key record, read without allocation. Names are case-sensitive. A list with a syntax error
/// or a tag twice is invalid as a whole. Values keep the folding white space inside them and lose it around them.
/// </summary>
internal ref struct TagList
{
    /// <summary>Tags of one list. The registries know about twenty; more are an attack.</summary>
    private const int Most = 64;

    // RFC 6376 §3.2: tag-name = ALPHA *ALNUMPUNC
    private static readonly SearchValues<byte> NameOctets =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    private Tags _tags;
    private ReadOnlySpan<byte> _text;

    public int Count { get; private set; }

    /// <returns>Null when the list is valid, otherwise what is wrong, for people.</returns>
    public static string? Read(ReadOnlySpan<byte> text, out TagList list)
    {
        list = new TagList { _text = text };
        for (var at = 0; at < text.Length;)
        {
            var length = text[at..].IndexOf((byte)';');
            var end = length < 0 ? text.Length : at + length;
            if (list.Add(at, end) is { } problem)
                return problem;
            at = end + 1;
        }
        return list.Count == 0 ? "there are no tags" : null;
    }

    public readonly bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var found = TryGetRaw(name, out var range);
        value = found ? FoldingSpace.Trim(_text[range]) : default;
        return found;
    }

    public readonly bool IsFirst(ReadOnlySpan<byte> name) =>
        Count > 0 && _text.Slice(_tags[0].Name, _tags[0].NameLength).SequenceEqual(name);

    /// <param name="range">From the equals sign to the semicolon, with the blanks around the value.</param>
    public readonly bool TryGetRaw(ReadOnlySpan<byte> name, out Range range)
    {
        for (var index = 0; index < Count; index++)
        {
            if (_text.Slice(_tags[index].Name, _tags[index].NameLength).SequenceEqual(name))
            {
                range = _tags[index].Value.._tags[index].End;
                return true;
            }
        }
        range = default;
        return false;
    }

    private string? Add(int start, int end)
    {
        var equals = _text[start..end].IndexOf((byte)'=');
        if (equals < 0)
            // One semicolon may end the list.
            return end == _text.Length && FoldingSpace.Trim(_text[start..end]).IsEmpty && Count > 0 ? null : "a tag has no equals sign";
        var nameStart = start + equals - FoldingSpace.TrimStart(_text[start..(start + equals)]).Length;
        var name = FoldingSpace.Trim(_text[start..(start + equals)]);
        if (name.IsEmpty || name.ContainsAnyExcept(NameOctets) || !char.IsAsciiLetter((char)name[0]))
            return "a tag's name is malformed";
        if (TryGetRaw(name, out _))
            return "a tag is there twice";
        if (Count == Most)
            return "there are too many tags";
        if (FoldingSpace.HasControl(_text[(start + equals + 1)..end]))
            return "a tag's value is malformed";
        _tags[Count++] = new Tag(nameStart, name.Length, start + equals + 1, end);
        return null;
    }

    private readonly record struct Tag(int Name, int NameLength, int Value, int End);

    [InlineArray(Most)]
    private struct Tags
    {
        private Tag _first;
    }
}
