using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Tnef;

/// <summary>A file out of a winmail.dat.</summary>
internal sealed class TnefAttachment(TnefFile file, int index) : ContentAttachment(index)
{
    public override string? FileName => field ??= SafeFileName.Of(file.LongName is { Length: > 0 } name ? name : file.Name);

    public override string ContentType => file.ContentType is { } type && type.Contains('/', StringComparison.Ordinal) ? type.ToLowerInvariant() : "application/octet-stream";

    public override string Disposition => file.ContentId is null ? "attachment" : "inline";

    public override string? ContentId => file.ContentId is { Length: > 0 } id ? id : null;

    public override Stream OpenContent() => new MemoryStream(file.Data ?? [], writable: false);
}
