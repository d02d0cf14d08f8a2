using System.Text;

namespace InboundBridge.Mime.Bodies;

/// <summary>
/// Unwraps format=flowed (RFC 3676): a line that ends with a space continues on the next one, as long as the quote depth stays the same.
/// </summary>
internal static class FlowedText
{
    public static string Unwrap(string text, bool deleteSpace)
    {
        var result = new StringBuilder(text.Length);
        var flowing = false;
        var depthBefore = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            var depth = line.Length - line.TrimStart('>').Length;
            var content = line[depth..];
            // RFC 3676 §4.4: this space only protects the beginning of the line.
            if (content.StartsWith(' '))
                content = content[1..];
            var isSignature = content.SequenceEqual("-- ");
            if (flowing && depth == depthBefore && !isSignature)
            {
                result.Append(content);
            }
            else
            {
                if (range.Start.Value > 0)
                    result.Append('\n');
                result.Append('>', depth);
                if (depth > 0 && !content.IsEmpty)
                    result.Append(' ');
                result.Append(content);
            }
            flowing = content.EndsWith(' ') && !isSignature;
            depthBefore = depth;
            if (flowing && deleteSpace)
                result.Length--;
        }
        return result.ToString();
    }
}
