using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>One header field where it stands in the raw octets. Name and value become strings when they are asked for.</summary>
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

    /// <summary>Unfolded and RFC 2047 decoded, white space at both ends gone.</summary>
    public string Value => _value ??= HeaderText.Decode(_block.RawValue(_index), _block);

    /// <summary>The octets behind the colon, with folding and the last line end.</summary>
    public ReadOnlyMemory<byte> RawValue => _block.RawValueMemory(_index);

    /// <summary>
    /// <see cref="Name"/> and <see cref="Value"/> as octets, for who passes them on as UTF-8, where they are printable ASCII as they stand or once unfolded; false for others.
    /// </summary>
    /// <param name="room">Holds the value where it is folded; one that does not fit is for <see cref="Value"/>.</param>
    public bool TryGetPlain(Span<byte> room, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = _block.RawName(_index);
        value = default;
        return !name.IsEmpty && Ascii.IsValid(name) && HeaderText.TryGetPlain(_block.RawValue(_index), room, out value);
    }

    public override string ToString() => $"{Name}: {Value}";
}
