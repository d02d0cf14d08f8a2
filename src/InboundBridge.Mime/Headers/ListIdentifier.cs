namespace InboundBridge.Mime.Headers;

/// <summary>List-Id (RFC 2919): the identifier is in angle brackets after a description, or alone.</summary>
internal static class ListIdentifier
{
    public static string? Of(string? text)
    {
        if (text is null)
            return null;
        var open = text.LastIndexOf('<');
        var close = open < 0 ? -1 : text.IndexOf('>', open);
        var id = (open < 0 ? text : close < 0 ? text[(open + 1)..] : text[(open + 1)..close]).Trim();
        return id.Length == 0 ? null : id;
    }
}
