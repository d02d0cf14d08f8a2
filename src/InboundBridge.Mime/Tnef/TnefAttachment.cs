using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Tnef;

/// <summary>A file out of a winmail.dat.</summary>
internal sealed class TnefAttachment(MimePart part, TnefFile file, int index) : ContentAttachment(index)
{
    public override string? FileName => field ??= SafeFileName.Of(file.LongName is { Length: > 0 } name ? name : file.Name);

    // Unlike a Content-Type field it went through no parser: a line end in it would end the line that a writer puts it on.
    public override string ContentType => field ??= MediaTypeText.Of(file.ContentType);

    public override string Disposition => ContentId is null ? "attachment" : "inline";

    public override string? ContentId => field ??= Identifier(file.ContentId);

    public override Stream OpenContent() => file.Data!.Open(part);

    private static string? Identifier(string? text) =>
        string.Concat((text ?? "").Where(character => character > ' ' && character is not ('<' or '>') && !char.IsControl(character))) is { Length: > 0 } id ? id : null;
}
