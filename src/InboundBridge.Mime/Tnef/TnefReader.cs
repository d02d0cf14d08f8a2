using System.Buffers.Binary;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Tnef;

/// <summary>
/// Reads winmail.dat (MS-OXTNEF): a sequence of attributes, those of the message first, then for each attachment a "rend data" attribute
/// and the attributes that belong to it. It is read as a stream, and of the files only their places are kept. Where it is cut off,
/// everything before the cut counts.
/// </summary>
internal sealed class TnefReader
{
    public const uint Signature = 0x223E9F78;

    private const int MostAttachments = 500;

    /// <summary>Octets of signature and key.</summary>
    private const int StartLength = 6;

    /// <summary>Octets of level, tag and length.</summary>
    private const int HeadLength = 9;

    private readonly TnefInput _input;
    private readonly TnefContent _content;
    private readonly TnefValues _values;
    private readonly ProblemList _problems;
    private TnefFile? _file;

    private TnefReader(TnefInput input, int mostCharacters, ProblemList problems)
    {
        _input = input;
        _content = new TnefContent();
        _values = new TnefValues(input, _content, mostCharacters, problems);
        _problems = problems;
    }

    /// <summary>Null if the part is not TNEF.</summary>
    public static TnefContent? Read(MimePart part, int mostCharacters, ProblemList problems)
    {
        using var input = new TnefInput(part.OpenStream());
        var content = new TnefReader(input, mostCharacters, problems).Run();
        if (content?.Rtf is { } rtf && (content.Text is null || content.Html is null))
        {
            using var octets = rtf.Open(part);
            RtfText.Read(octets, content, mostCharacters, problems);
        }
        return content;
    }

    private TnefContent? Run()
    {
        Span<byte> head = stackalloc byte[HeadLength];
        if (!_input.TryRead(head[..StartLength]) || BinaryPrimitives.ReadUInt32LittleEndian(head) != Signature)
            return null;
        while (_input.TryRead(head))
        {
            var level = head[0];
            var tag = BinaryPrimitives.ReadUInt16LittleEndian(head[1..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(head[5..]);
            _input.BeginAttribute(length < 0 ? int.MaxValue : length);
            if (level == 1)
                MessageAttribute(tag, length);
            else if (level == 2)
                AttachmentAttribute(tag, length);
            // A 16-bit checksum follows each value; it is not checked, since a hostile sender can compute it.
            if (!_input.TryEndAttribute())
                _problems.Add("winmail.dat is cut");
            _input.Skip(2);
        }
        if (_content.Files.RemoveAll(file => file.Data is null) > 0)
            _problems.Add("winmail.dat names attachments without content");
        return _content;
    }

    private void MessageAttribute(ushort tag, int length)
    {
        switch (tag)
        {
            case 0x9007:
                _content.CodePage = _values.Number(length);
                break;
            case 0x800C:
                _content.PlainText ??= _values.LongText(length, isUtf16: false);
                break;
            case 0x9003:
                TnefProperties.Read(_input, _values, _content, _problems);
                break;
        }
    }

    private void AttachmentAttribute(ushort tag, int length)
    {
        if (tag == 0x9002)
        {
            _file = null;
            if (_content.Files.Count >= MostAttachments)
                _problems.Add($"winmail.dat holds more than {MostAttachments} attachments; the rest was not read");
            else
                _content.Files.Add(_file = new TnefFile());
            return;
        }
        if (_file is null)
            return;
        switch (tag)
        {
            case 0x8010:
                _file.Name ??= _values.Name(length, isUtf16: false);
                break;
            case 0x800F:
                _file.Data = _input.Take(length);
                break;
            case 0x9005:
                TnefProperties.Read(_input, _values, _file, _problems);
                break;
        }
    }
}
