using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>One header field, as a view of the raw octets. Name and value become strings on first use.</summary>
public sealed class HeaderField
{
    private readonly HeaderBlock _block;
    private readonly int _index;
    private string? _name;
    private string? _value;

    internal HeaderField(HeaderBlock block, int index, long offset, int length)
    {
        _block = block;
        _index = index;
        Offset = offset;
        Length = length;
    }

    /// <summary>As written.</summary>
    public string Name => _name ??= FieldNames.Text(_block.RawName(_index));

    /// <summary>Octet offset of the field's first character in the source.</summary>
    public long Offset { get; }

    /// <summary>Octets up to and with the field's last line end.</summary>
    public int Length { get; }

    /// <summary>Unfolded, RFC 2047 decoded, and without white space at both ends.</summary>
    public string Value => _value ??= HeaderText.Decode(_block.RawValue(_index), _block);

    /// <summary>The octets after the colon, with folding and the last line end.</summary>
    public ReadOnlyMemory<byte> RawValue => _block.RawValueMemory(_index);

    /// <summary>
    /// <see cref="Name"/> and <see cref="Value"/> as octets, for callers that pass them on as UTF-8. False unless they are printable ASCII,
    /// unfolded or as they stand.
    /// </summary>
    /// <param name="room">Receives the unfolded value; false where a folded value does not fit.</param>
    public bool TryGetPlain(Span<byte> room, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = _block.RawName(_index);
        value = default;
        return !name.IsEmpty && Ascii.IsValid(name) && HeaderText.TryGetPlain(_block.RawValue(_index), room, out value);
    }

    public override string ToString() => $"{Name}: {Value}";
}
