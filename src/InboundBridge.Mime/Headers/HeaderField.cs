using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>One header field where it stands in the raw octets. Name and value become strings when they are asked for.</summary>
public sealed class HeaderField
{
    private readonly ReadOnlyMemory<byte> _rawValue;
    private readonly ReadOnlyMemory<byte> _rawName;
    private string? _name;
    private string? _value;

    public HeaderField(string name, long offset, int length, string value)
    {
        _name = name;
        _value = value;
        Offset = offset;
        Length = length;
    }

    internal HeaderField(ReadOnlyMemory<byte> rawName, ReadOnlyMemory<byte> rawValue, long offset, int length)
    {
        _rawName = rawName;
        _rawValue = rawValue;
        Offset = offset;
        Length = length;
    }

    /// <summary>As written.</summary>
    public string Name => _name ??= FieldNames.Text(_rawName.Span);

    /// <summary>Octet offset of the field's first character in the source.</summary>
    public long Offset { get; }

    /// <summary>Octets up to and with the field's last line end.</summary>
    public int Length { get; }

    /// <summary>Unfolded and RFC 2047 decoded, white space at both ends gone.</summary>
    public string Value => _value ??= HeaderText.Decode(_rawValue.Span);

    /// <summary>The octets behind the colon, with folding and the last line end.</summary>
    public ReadOnlyMemory<byte> RawValue => _rawValue;

    /// <summary>
    /// <see cref="Name"/> and <see cref="Value"/> as octets, for who passes them on as UTF-8, where they are printable ASCII as they stand or once unfolded; false for others.
    /// </summary>
    /// <param name="room">Holds the value where it is folded; one that does not fit is for <see cref="Value"/>.</param>
    public bool TryGetPlain(Span<byte> room, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = _rawName.Span;
        value = default;
        return !name.IsEmpty && Ascii.IsValid(name) && HeaderText.TryGetPlain(_rawValue.Span, room, out value);
    }

    public override string ToString() => $"{Name}: {Value}";
}
