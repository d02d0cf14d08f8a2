using InboundBridge.Mime.Encodings;
using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Structure;

/// <summary>
/// A node of a mail's structure: a multipart with parts, or a leaf with content. It holds offsets into the source, never content.
/// </summary>
public sealed class MimePart
{
    private readonly MimeSource _source;
    private readonly HeaderBlock _header;
    private readonly ProblemList _problems;
    private readonly List<MimePart> _parts = [];

    internal MimePart(MimeSource source, HeaderBlock header, ContentType contentType, MimePart? parent, ProblemList problems)
    {
        _source = source;
        _problems = problems;
        _header = header;
        ContentType = contentType;
        Parent = parent;
        BodyOffset = header.BodyOffset;
        BodyEnd = header.BodyOffset;
        TransferEncoding = PartHeader.TransferEncoding(header, problems);
        var disposition = PartHeader.Disposition(header, problems);
        Disposition = disposition.Kind;
        DeclaredFileName = disposition.FileName ?? ContentType.Parameter("name");
        ContentId = MessageIds.First(header.Unfolded("Content-ID"));
    }

    public ContentType ContentType { get; }

    public MimePart? Parent { get; }

    /// <summary>Empty for a leaf, and for a multipart in which no part was found.</summary>
    public IReadOnlyList<MimePart> Parts => _parts;

    public IReadOnlyList<HeaderField> Headers => _header.Fields;

    /// <summary><c>attachment</c>, <c>inline</c>, or null where the part doesn't say.</summary>
    public string? Disposition { get; }

    /// <summary>Lower case; <c>7bit</c> where the part doesn't say.</summary>
    public string TransferEncoding { get; internal set; }

    /// <summary>Without angle brackets; null when absent.</summary>
    public string? ContentId { get; }

    /// <summary>The name in the mail, decoded but not made safe.</summary>
    public string? DeclaredFileName { get; }

    /// <summary>Octet offset of the first octet of the part's header (of the mail's, for the root).</summary>
    public long Offset => _header.Offset;

    /// <summary>Octet offset of the first octet of the encoded body.</summary>
    public long BodyOffset { get; }

    /// <summary>Octet offset after the last octet of the encoded body.</summary>
    public long BodyEnd { get; internal set; }

    public bool IsMultipart => ContentType.IsMultipart;

    /// <summary>True for a leaf that is shown as the mail's text.</summary>
    public bool IsTextBody =>
        ContentType.IsText && ContentType.Subtype is "plain" or "html" && Disposition != "attachment" && DeclaredFileName is null;

    internal HeaderBlock Header => _header;

    internal MimeSource Source => _source;

    /// <summary>Uuencoded files in this part's text.</summary>
    internal IReadOnlyList<UuBlock> UuBlocks =>
        field ??= IsTextBody && ContentType.Subtype == "plain" ? Structure.UuBlocks.Find(_source, this) : [];

    /// <summary>The leaves below this part in order; the part itself where it has none. Only after the structure has been read.</summary>
    internal MimePart[] Leaves => field ??= _parts.Count == 0 ? [this] : [.. _parts.SelectMany(part => part.Leaves)];

    /// <summary>True with the decoded octets where they are in memory without an encoding, so that no stream is needed.</summary>
    internal bool TryGetOctets(out ReadOnlyMemory<byte> octets)
    {
        octets = default;
        if (TransferEncoding is not ("7bit" or "8bit" or "binary") || !_source.TryGetMemory(out var memory))
            return false;
        octets = memory[(int)BodyOffset..(int)BodyEnd];
        return true;
    }

    /// <summary>Decoded value of the first field of that name of the part's own header, or null.</summary>
    public string? HeaderValue(string name) => _header.Value(name);

    /// <summary>The decoded octets as a forward-only stream. The source must stay open as long as it is read.</summary>
    public Stream OpenContent() => OpenStream();

    internal PartStream OpenStream() => new(_source, BodyOffset, BodyEnd, TransferDecoder.For(TransferEncoding), _problems);

    /// <summary>The decoded octets from a mark on that an earlier stream of this part gave.</summary>
    internal PartStream OpenAt(PartMark mark) => new(_source, mark.Position, BodyEnd, mark.Decoder.Copy());

    internal void Add(MimePart part) => _parts.Add(part);
}
