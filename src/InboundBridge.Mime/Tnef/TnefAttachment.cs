using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Tnef;

/// <summary>An attachment that is a file in a winmail.dat.</summary>
internal sealed class TnefAttachment(MimePart part, TnefFile file, int index) : ContentAttachment(index)
{
    public override string? FileName => field ??= SafeFileName.Of(file.LongName is { Length: > 0 } name ? name : file.Name);

    // Unlike a Content-Type field this went through no parser: a line end in it could inject a header line where it is written out.
    public override string ContentType => field ??= MediaTypeText.Of(file.ContentType);

    public override string Disposition => ContentId is null ? "attachment" : "inline";

    public override string? ContentId => field ??= Identifier(file.ContentId);

    public override Stream OpenContent() => file.Data!.Open(part);

    private static string? Identifier(string? text) =>
        string.Concat((text ?? "").Where(character => character > ' ' && character is not ('<' or '>') && !char.IsControl(character)))
            is { Length: > 0 } id ? id : null;
}
