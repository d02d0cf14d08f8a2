using System.Net;
using System.Text;

namespace InboundBridge.Mime.Bodies;

/// <summary>Readable text of HTML.</summary>
internal static class HtmlText
{
    public static string Of(string html, int most)
    {
        var result = new StringBuilder();
        var position = 0;
        while (position < html.Length && result.Length < most)
        {
            var open = html.IndexOf('<', position);
            var text = open < 0 ? html.AsSpan(position) : html.AsSpan(position, open - position);
            result.Append(WebUtility.HtmlDecode(text.ToString()));
            if (open < 0)
                break;
            var close = html.IndexOf('>', open);
            position = close < 0 ? html.Length : close + 1;
        }
        return result.ToString().Trim();
    }
}
