namespace InboundBridge.Mime.Structure;

/// <summary>An attachment that is a part of the mail.</summary>
internal sealed class PartAttachment(MimePart part, int index) : ContentAttachment(index)
{
    public MimePart Part => part;

    public override string? FileName => field ??= SafeFileName.Of(part.DeclaredFileName);

    public override string ContentType => part.ContentType.MediaType;

    public override string Disposition =>
        part.Disposition ?? (part.ContentId is not null && part.Parent?.ContentType.Subtype == "related" ? "inline" : "attachment");

    public override string? ContentId => part.ContentId;

    public override Stream OpenContent() => part.OpenContent();
}
