using InboundBridge.Mime.Reading;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Tnef;

/// <summary>The place of a section of a winmail.dat: it is read from the mail whenever a caller opens it, and never held.</summary>
/// <param name="Skip">Octets between the mark and the section.</param>
internal sealed record TnefPlace(PartMark Mark, int Skip, long Length)
{
    public Stream Open(MimePart part) => new StretchStream(part.OpenAt(Mark), Skip, Length);
}
