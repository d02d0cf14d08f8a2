using System.Buffers.Binary;
using System.Text;

namespace InboundBridge.Mime.Tnef;

/// <summary>The MAPI properties inside a TNEF attribute (MS-OXTNEF §2.1.3.4).</summary>
internal ref struct TnefProperties
{
    private const int MostProperties = 5000;

    private ReadOnlySpan<byte> _rest;

    private TnefProperties(ReadOnlySpan<byte> octets) => _rest = octets;

    public static void Read(ReadOnlySpan<byte> octets, TnefContent message, ProblemList problems)
    {
        var reader = new TnefProperties(octets);
        reader.All(problems, (id, type, value) =>
        {
            switch (id)
            {
                case 0x1000:
                    message.Text = Text(type, value, message);
                    break;
                case 0x1013:
                    message.Html = type == 0x0102 ? Charsets.CharsetText.Decode(value, message.CharsetName, null) : Text(type, value, message);
                    break;
                case 0x1009 when CompressedRtf.Decompress(value) is { } rtf:
                    RtfText.Read(rtf, message);
                    break;
            }
        });
    }

    public static void Read(ReadOnlySpan<byte> octets, TnefFile file, TnefContent message, ProblemList problems)
    {
        var reader = new TnefProperties(octets);
        reader.All(problems, (id, type, value) =>
        {
            switch (id)
            {
                case 0x3707:
                    file.LongName = Text(type, value, message);
                    break;
                case 0x3001:
                    file.LongName ??= Text(type, value, message);
                    break;
                case 0x370E:
                    file.ContentType = Text(type, value, message);
                    break;
                case 0x3712:
                    file.ContentId = Text(type, value, message).Trim('<', '>', ' ');
                    break;
                // An embedded object begins with the identifier of its interface.
                case 0x3701 when type == 0x000D && value.Length > 16:
                    file.Data = value[16..].ToArray();
                    break;
                case 0x3701 when type == 0x0102:
                    file.Data ??= value.ToArray();
                    break;
            }
        });
    }

    private delegate void PropertyAction(int id, int type, ReadOnlySpan<byte> value);

    private void All(ProblemList problems, PropertyAction take)
    {
        if (!TryInt(out var count))
            return;
        for (var index = 0; index < count && index < MostProperties; index++)
        {
            if (!TryProperty(take))
            {
                problems.Add("a property of winmail.dat is damaged");
                return;
            }
        }
    }

    private bool TryProperty(PropertyAction take)
    {
        if (!TryInt(out var tag))
            return false;
        var type = tag & 0xFFFF;
        var id = (tag >> 16) & 0xFFFF;
        if (id >= 0x8000 && !TrySkipName())
            return false;
        var isMany = (type & 0x1000) != 0 || type is 0x001E or 0x001F or 0x0102 or 0x000D;
        var count = 1;
        if (isMany && (!TryInt(out count) || count < 0))
            return false;
        for (var index = 0; index < count; index++)
        {
            if (!TryValue(type & 0x0FFF, out var value))
                return false;
            if (index == 0)
                take(id, type, value);
        }
        return true;
    }

    private bool TryValue(int type, out ReadOnlySpan<byte> value)
    {
        value = default;
        switch (type)
        {
            case 0x0002 or 0x0003 or 0x0004 or 0x000A or 0x000B:
                return TryTake(4, out value);
            case 0x0005 or 0x0006 or 0x0007 or 0x0014 or 0x0040:
                return TryTake(8, out value);
            case 0x0048:
                return TryTake(16, out value);
            case 0x001E or 0x001F or 0x0102 or 0x000D:
                return TryInt(out var length) && length >= 0 && TryTake(length, out value);
            case 0x0001:
                return true;
            default:
                return false;
        }
    }

    /// <summary>Named properties: a GUID and a number or a UTF-16 name.</summary>
    private bool TrySkipName()
    {
        if (!TryTake(16, out _) || !TryInt(out var kind) || !TryInt(out var numberOrLength))
            return false;
        return kind == 0 || (numberOrLength >= 0 && TryTake(numberOrLength, out _));
    }

    private bool TryInt(out int value)
    {
        value = 0;
        if (_rest.Length < 4)
            return false;
        value = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        _rest = _rest[4..];
        return true;
    }

    /// <summary>Values are padded to four octets.</summary>
    private bool TryTake(int length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (length > _rest.Length)
            return false;
        value = _rest[..length];
        _rest = _rest[(int)Math.Min(_rest.Length, (length + 3L) & ~3L)..];
        return true;
    }

    private static string Text(int type, ReadOnlySpan<byte> value, TnefContent message) =>
        type == 0x001F ? Encoding.Unicode.GetString(value[..(value.Length & ~1)]).TrimEnd('\0') : message.Decode(value);
}
