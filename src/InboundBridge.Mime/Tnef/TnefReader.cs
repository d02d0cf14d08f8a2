using System.Buffers.Binary;
using System.Text;

namespace InboundBridge.Mime.Tnef;

/// <summary>
/// Reads winmail.dat (MS-OXTNEF): attributes one behind the other, message first, then for each attachment a "rend data" attribute and what belongs to it.
/// Lengths are checked against what is there; where the stream is cut, what came before counts.
/// </summary>
internal ref struct TnefReader(ReadOnlySpan<byte> octets, ProblemList problems)
{
    public const uint Signature = 0x223E9F78;

    private const int MostAttachments = 500;

    private ReadOnlySpan<byte> _rest = octets;
    private TnefContent _content = new();
    private TnefFile? _file;

    public static TnefContent? Read(ReadOnlySpan<byte> octets, ProblemList problems) => new TnefReader(octets, problems).Run();

    private TnefContent? Run()
    {
        if (_rest.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(_rest) != Signature)
            return null;
        _rest = _rest[6..];
        while (_rest.Length >= 9)
        {
            var level = _rest[0];
            var tag = BinaryPrimitives.ReadUInt16LittleEndian(_rest[1..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(_rest[5..]);
            _rest = _rest[9..];
            if (length < 0 || length > _rest.Length)
            {
                problems.Add("winmail.dat is cut");
                length = _rest.Length;
            }
            var value = _rest[..length];
            if (level == 1)
                MessageAttribute(tag, value);
            else if (level == 2)
                AttachmentAttribute(tag, value);
            // 16-bit checksum behind each value; it says nothing that a hostile sender could not compute.
            _rest = _rest[Math.Min(length + 2, _rest.Length)..];
        }
        return _content;
    }

    private readonly void MessageAttribute(ushort tag, ReadOnlySpan<byte> value)
    {
        switch (tag)
        {
            case 0x9007:
                _content.CodePage = value.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(value) : 0;
                break;
            case 0x800C when _content.Text is null:
                _content.Text = _content.Decode(value);
                break;
            case 0x9003:
                TnefProperties.Read(value, _content, problems);
                break;
        }
    }

    private void AttachmentAttribute(ushort tag, ReadOnlySpan<byte> value)
    {
        if (tag == 0x9002)
        {
            _file = null;
            if (_content.Files.Count >= MostAttachments)
                problems.Add($"winmail.dat holds more than {MostAttachments} attachments; the rest was not read");
            else
                _content.Files.Add(_file = new TnefFile());
            return;
        }
        if (_file is null)
            return;
        switch (tag)
        {
            case 0x8010:
                _file.Name ??= _content.Decode(value);
                break;
            case 0x800F:
                _file.Data = value.ToArray();
                break;
            case 0x9005:
                TnefProperties.Read(value, _file, _content, problems);
                break;
        }
    }
}
