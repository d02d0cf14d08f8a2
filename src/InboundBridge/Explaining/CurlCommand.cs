using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.Terminal;

namespace InboundBridge.Explaining;

/// <summary>Writes a request as a POSIX shell command that sends exactly the same octets.</summary>
internal static class CurlCommand
{
    private const int Base64Line = 76;

    /// <summary>Headers that curl writes itself, with the same values.</summary>
    private static readonly string[] Own = ["Host", "Content-Length"];

    /// <summary>Headers that curl adds by default and our requests don't have.</summary>
    private static readonly string[] Added = ["Accept", "Expect"];

    public static string Of(WebhookPreview request)
    {
        var command = new StringBuilder();
        var text = IsPlain(request.Body.Span);
        command.Append(text ? $"printf %s {Quoted(Encoding.UTF8.GetString(request.Body.Span))} |\n" : "base64 -d <<'EOF' |\n");
        command.Append("  curl -sS -i -X ").Append(request.Method).Append(' ').Append(Quoted(request.Url!)).Append(" \\\n");
        foreach (var (name, value) in request.Headers.Where(header => !Own.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
            command.Append("    -H ").Append(Quoted($"{name}: {value}")).Append(" \\\n");
        foreach (var name in Added.Where(name =>
            !request.Headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))))
            command.Append("    -H ").Append(Quoted($"{name}:")).Append(" \\\n");
        command.Append("    --data-binary @-\n");
        if (!text)
            command.Append(Wrapped(Convert.ToBase64String(request.Body.Span))).Append("EOF\n");
        return command.ToString();
    }

    /// <summary>
    /// Carriage returns and control characters, including C1 (U+009B), do not survive being copied from a terminal and may control it.
    /// </summary>
    private static bool IsPlain(ReadOnlySpan<byte> body)
    {
        for (var index = 0; index < body.Length; index++)
        {
            var octet = body[index];
            if (octet is < (byte)' ' and not (byte)'\n' and not (byte)'\t' or 0x7f
                || (octet == 0xC2 && index + 1 < body.Length && body[index + 1] < 0xA0))
                return false;
        }
        return System.Text.Unicode.Utf8.IsValid(body)
            && !Encoding.UTF8.GetString(body)
            .Any(letter => VisibleText.Turns(letter) || (char.IsControl(letter) && letter is not '\n' and not '\t'));
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Wrapped(string text)
    {
        var lines = new StringBuilder(text.Length + text.Length / Base64Line + 2);
        for (var at = 0; at < text.Length; at += Base64Line)
            lines.Append(text.AsSpan(at, Math.Min(Base64Line, text.Length - at))).Append('\n');
        return lines.ToString();
    }
}
