using InboundBridge.Mime.Reading;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Tnef;

/// <summary>Where a stretch of a winmail.dat stands: it is read from the mail whenever it is asked for, and never held.</summary>
/// <param name="Skip">Octets between the mark and the stretch.</param>
internal sealed record TnefPlace(PartMark Mark, int Skip, long Length)
{
    public Stream Open(MimePart part) => new StretchStream(part.OpenAt(Mark), Skip, Length);
}
