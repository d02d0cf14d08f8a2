namespace InboundBridge.Mime.Bodies;

internal static class LineEnds
{
    /// <summary>CRLF, and CR alone, become LF.</summary>
    public static string Normalize(string text) =>
        text.Contains('\r', StringComparison.Ordinal) ? text.ReplaceLineEndings("\n").Replace('\r', '\n') : text;
}
