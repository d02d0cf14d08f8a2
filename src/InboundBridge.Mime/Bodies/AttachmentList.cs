using InboundBridge.Mime.Structure;
using InboundBridge.Mime.Tnef;

namespace InboundBridge.Mime.Bodies;

/// <summary>
/// Lists the leaves that are not the mail's text, in order, and the files inside other
/// parts: uuencoded files in texts, those of a winmail.dat.
/// </summary>
internal sealed class AttachmentList(TnefParts tnef)
{
    private readonly List<MimeAttachment> _found = [];

    public static IReadOnlyList<MimeAttachment> Of(MimePart root, TnefParts tnef)
    {
        var list = new AttachmentList(tnef);
        list.Collect(root);
        return list._found;
    }

    private void Collect(MimePart part)
    {
        if (part.IsMultipart && part.Parts.Count > 0)
        {
            foreach (var child in part.Parts)
                Collect(child);
        }
        else if (part.IsTextBody)
        {
            foreach (var block in part.UuBlocks)
                _found.Add(new UuAttachment(part.Source, block, _found.Count + 1));
        }
        else if (tnef.Open(part) is { } unpacked)
        {
            foreach (var file in unpacked.Files)
                _found.Add(new TnefAttachment(part, file, _found.Count + 1));
        }
        else if (!part.IsMultipart)
        {
            _found.Add(new PartAttachment(part, _found.Count + 1));
        }
    }
}
