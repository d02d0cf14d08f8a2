using System.Text;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>Writes a header field that we add to a mail (RFC 5322 §2.2, §2.2.3).</summary>
internal static class HeaderLine
{
    /// <summary>RFC 5322 §2.1.1 wants lines of 78 characters at most.</summary>
    private const int LineLength = 78;

    /// <summary>The field with its CRLF, folded at white space. Line breaks and controls in the value become spaces, so that a value can't add a field of its own.</summary>
    public static string Format(string name, string value)
    {
        var line = new StringBuilder(name).Append(':');
        var column = line.Length;
        foreach (var word in Clean(value).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column + 1 + word.Length > LineLength && column > name.Length + 1)
            {
                line.Append("\r\n");
                column = 0;
            }
            line.Append(' ').Append(word);
            column += 1 + word.Length;
        }
        return line.Append("\r\n").ToString();
    }

    private static string Clean(string value) =>
        string.Create(value.Length, value, static (text, source) =>
        {
            for (var index = 0; index < text.Length; index++)
                text[index] = char.IsControl(source[index]) ? ' ' : source[index];
        });
}
