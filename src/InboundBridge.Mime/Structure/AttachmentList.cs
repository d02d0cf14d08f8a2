namespace InboundBridge.Mime.Structure;

/// <summary>The leaves that are not the mail's text, in order.</summary>
internal static class AttachmentList
{
    public static IReadOnlyList<MimeAttachment> Of(MimePart root)
    {
        var found = new List<MimeAttachment>();
        Collect(root, found);
        return found;
    }

    private static void Collect(MimePart part, List<MimeAttachment> found)
    {
        if (part.IsMultipart && part.Parts.Count > 0)
        {
            foreach (var child in part.Parts)
                Collect(child, found);
        }
        else if (!part.IsMultipart && !part.IsTextBody)
        {
            found.Add(new PartAttachment(part, found.Count + 1));
        }
    }
}
