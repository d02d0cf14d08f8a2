using InboundBridge.Mime.Encodings;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Structure;

/// <summary>An attachment that is a uuencoded file in a text.</summary>
internal sealed class UuAttachment(MimeSource source, UuBlock block, int index) : ContentAttachment(index)
{
    public override string? FileName => field ??= SafeFileName.Of(block.FileName);

    public override string ContentType => "application/octet-stream";

    public override string Disposition => "attachment";

    public override string? ContentId => null;

    public override Stream OpenContent() => new PartStream(source, block.Start, block.End, new UuDecoder());
}
