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
        if (IsAutomaticReply(header, root))
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

    /// <summary>RFC 3834 §5 and what programs set that don't know it.</summary>
    private static bool IsAutomaticReply(HeaderBlock header, MimePart root)
    {
        if (header.Value("Auto-Submitted") is { } submitted)
        {
            var word = CommentText.Remove(submitted).Split(';')[0].Trim();
            if (word.Equals("no", StringComparison.OrdinalIgnoreCase))
                return false;
            return word.StartsWith("auto-replied", StringComparison.OrdinalIgnoreCase) || word.StartsWith("auto-notified", StringComparison.OrdinalIgnoreCase);
        }
        if (root.ContentType.Parameter("report-type") is { } type && type.Equals("disposition-notification", StringComparison.OrdinalIgnoreCase))
            return true;
        return header.Has("X-Autoreply") || header.Has("X-Autorespond") || header.Has("X-Autoresponder") || header.Has("X-Auto-Reply-From")
            || header.Has("X-FC-MachineGenerated") || Is(header, "X-POST-MessageClass", "9; Autoresponder") || Is(header, "Delivered-To", "Autoresponder")
            || Is(header, "Precedence", "auto_reply") || Is(header, "Precedence", "auto-reply") || Is(header, "X-Precedence", "auto_reply")
            || (header.Value("X-Auto-Response-Suppress") is { } suppress && suppress.Contains("All", StringComparison.OrdinalIgnoreCase)
                && header.Has("In-Reply-To") && header.Value("Subject") is { } subject && AutomaticSubject.Matches(subject));
    }

    private static bool IsList(HeaderBlock header) => header.Has("List-Id") || header.Has("List-Post") || header.Has("List-Unsubscribe")
        || header.Has("X-Mailing-List") || header.Has("Mailing-List") || header.Has("X-BeenThere") || Is(header, "Precedence", "list");

    private static bool Is(HeaderBlock header, string name, string value) => string.Equals(header.Value(name), value, StringComparison.OrdinalIgnoreCase);
}
