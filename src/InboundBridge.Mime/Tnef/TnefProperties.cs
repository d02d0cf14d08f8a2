using System.Buffers.Binary;

namespace InboundBridge.Mime.Tnef;

/// <summary>The MAPI properties inside a TNEF attribute (MS-OXTNEF §2.1.3.4).</summary>
internal sealed class TnefProperties
{
    private const int MostProperties = 5000;

    /// <summary>Octets of the interface identifier at the beginning of an embedded object.</summary>
    private const int InterfaceLength = 16;

    private readonly TnefInput _input;
    private readonly PropertyAction _take;

    private TnefProperties(TnefInput input, PropertyAction take)
    {
        _input = input;
        _take = take;
    }

    /// <param name="type">Such as <c>PtypString</c> (0x1F) or <c>PtypBinary</c> (0x102).</param>
    /// <param name="length">Octets of the value; those that the action leaves unread are skipped.</param>
    private delegate void PropertyAction(int id, int type, int length);

    public static void Read(TnefInput input, TnefValues values, TnefContent message, ProblemList problems) =>
        Read(input, problems, (id, type, length) =>
    {
        // The first of each counts: each text is read once, however often the file repeats it.
        switch (id)
        {
            case 0x1000:
                message.MapiText ??= values.LongText(length, type == 0x001F);
                break;
            case 0x1013:
                message.Html ??= type == 0x0102 ? values.LongOctets(length) : values.LongText(length, type == 0x001F);
                break;
            case 0x1009:
                message.Rtf ??= input.Take(length);
                break;
        }
    });

    public static void Read(TnefInput input, TnefValues values, TnefFile file, ProblemList problems) =>
        Read(input, problems, (id, type, length) =>
    {
        switch (id)
        {
            case 0x3707:
                file.LongName = values.Name(length, type == 0x001F);
                break;
            case 0x3001:
                file.LongName ??= values.Name(length, type == 0x001F);
                break;
            case 0x370E:
                file.ContentType = values.Name(length, type == 0x001F);
                break;
            case 0x3712:
                file.ContentId = values.Name(length, type == 0x001F).Trim('<', '>', ' ');
                break;
            case 0x3701 when type == 0x000D && length > InterfaceLength:
                input.Skip(InterfaceLength);
                file.Data = input.Take(length - InterfaceLength);
                break;
            case 0x3701 when type == 0x0102:
                file.Data ??= input.Take(length);
                break;
        }
    });

    private static void Read(TnefInput input, ProblemList problems, PropertyAction take)
    {
        var properties = new TnefProperties(input, take);
        if (!properties.TryInt(out var count))
            return;
        if (count > MostProperties)
            problems.Add($"an attribute of winmail.dat has more than {MostProperties} properties; the rest was not read");
        for (var index = 0; index < count && index < MostProperties; index++)
        {
            if (!properties.TryProperty())
            {
                problems.Add("a property of winmail.dat is damaged");
                return;
            }
        }
    }

    private bool TryProperty()
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
        type &= 0x0FFF;
        // A null value takes no octets, so a file could claim any number of them.
        if (type == 0x0001)
            return !isMany;
        for (var index = 0; index < count; index++)
        {
            if (!TryLength(type, out var length) || !TryValue(id, type, length, index == 0))
                return false;
        }
        return true;
    }

    private bool TryValue(int id, int type, int length, bool isFirst)
    {
        // Values are padded to four octets.
        var padding = -length & 3;
        if (length < 0 || length > _input.Left)
            return false;
        var before = _input.Left;
        if (isFirst)
            _take(id, type, length);
        return _input.Skip(length - (before - _input.Left)) && _input.Skip(Math.Min(padding, _input.Left));
    }

    private bool TryLength(int type, out int length)
    {
        length = type switch
        {
            0x0002 or 0x0003 or 0x0004 or 0x000A or 0x000B => 4,
            0x0005 or 0x0006 or 0x0007 or 0x0014 or 0x0040 => 8,
            0x0048 => 16,
            _ => 0,
        };
        return length > 0 || (type is 0x001E or 0x001F or 0x0102 or 0x000D && TryInt(out length));
    }

    /// <summary>Named properties: a GUID and a number or a UTF-16 name.</summary>
    private bool TrySkipName()
    {
        if (!_input.Skip(16) || !TryInt(out var kind) || !TryInt(out var numberOrLength))
            return false;
        return kind == 0 || (numberOrLength >= 0 && _input.Skip((numberOrLength + 3L) & ~3L));
    }

    private bool TryInt(out int value)
    {
        Span<byte> octets = stackalloc byte[sizeof(int)];
        var isThere = _input.TryRead(octets);
        value = isThere ? BinaryPrimitives.ReadInt32LittleEndian(octets) : 0;
        return isThere;
    }
}
