using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Kinds;

/// <summary>What sort of mail this is, from its header and its structure.</summary>
internal static class MessageKind
{
    public static IReadOnlyList<string> Of(MimeMessage message)
    {
        var (header, root) = (message.HeaderBlock, message.Structure);
        var kinds = new List<string>();
        if (IsBounce(header, root))
            kinds.Add("bounce");
        if (AutomaticReply.Is(header, root))
            kinds.Add("auto_reply");
        if (IsList(header))
            kinds.Add("list");
        if (Array.Exists(root.Leaves, IsCalendar))
            kinds.Add("calendar");
        if (SecureContent.IsEncrypted(root))
            kinds.Add("encrypted");
        if (SecureContent.IsSigned(root))
            kinds.Add("signed");
        if (root.ContentType.Is("multipart", "report") || message.Report is not null)
            kinds.Add("report");
        return kinds;
    }

    internal static bool IsCalendar(MimePart part) => part.ContentType.Is("text", "calendar") || part.ContentType.Is("application", "ics");

    private static bool IsBounce(HeaderBlock header, MimePart root)
    {
        if (root.ContentType.Is("multipart", "report") && root.ContentType.Parameter("report-type") is { } type)
            return type.Equals("delivery-status", StringComparison.OrdinalIgnoreCase);
        if (root.Parts.Any(part => part.ContentType.Is("message", "delivery-status")))
            return true;
        return header.Has("X-Failed-Recipients") || BounceNotice.Is(header);
    }

    private static bool IsList(HeaderBlock header) => header.Has("List-Id") || header.Has("List-Post") || header.Has("List-Unsubscribe")
        || header.Has("X-Mailing-List") || header.Has("Mailing-List") || header.Has("X-BeenThere") || Is(header, "Precedence", "list");

    private static bool Is(HeaderBlock header, string name, string value) =>
        string.Equals(header.Value(name), value, StringComparison.OrdinalIgnoreCase);
}
