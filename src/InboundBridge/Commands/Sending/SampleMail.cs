using System.Globalization;
using System.Net.Mime;
using System.Text;

namespace InboundBridge.Commands.Sending;

/// <summary>A mail made from what the command line says. RFC 5322 and 2045 to 2047, always CRLF and always ASCII.</summary>
internal sealed record SampleMail
{
    private const int EncodedLine = 76;

    public required string From { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    public required string Subject { get; init; }

    public IReadOnlyList<string> Cc { get; init; } = [];

    /// <summary>Plain text; null for HTML alone.</summary>
    public required string? Text { get; init; }

    /// <summary>Beside the text, as the better alternative.</summary>
    public string? Html { get; init; }

    /// <summary>One of these takes the place of a field that would be written anyway.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>File name and content.</summary>
    public IReadOnlyList<(string Name, byte[] Content)> Attachments { get; init; } = [];

    public required DateTimeOffset Date { get; init; }

    /// <summary>Different for each mail: the left part of Message-ID, and in the boundary.</summary>
    public required string Unique { get; init; }

    public byte[] ToBytes()
    {
        var mail = new StringBuilder();
        Field(mail, "From", $"<{From}>");
        Field(mail, "To", Addresses(To));
        if (Cc.Count > 0)
            Field(mail, "Cc", Addresses(Cc));
        Field(mail, "Subject", EncodedWords(Subject));
        Field(mail, "Date", Date.ToString("ddd, dd MMM yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture).Remove(29, 1));
        Field(mail, "Message-ID", $"<{Unique}@{Domain(From)}>");
        foreach (var (name, value) in Fields)
            Line(mail, $"{name}: {EncodedWords(value)}");
        Line(mail, "MIME-Version: 1.0");
        if (Attachments.Count == 0)
            AppendBody(mail);
        else
            AppendMixed(mail);
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    private void Field(StringBuilder mail, string name, string value)
    {
        if (!Fields.Any(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            Line(mail, $"{name}: {value}");
    }

    private static string Addresses(IReadOnlyList<string> addresses) => string.Join(",\r\n ", addresses.Select(address => $"<{address}>"));

    private void AppendMixed(StringBuilder mail)
    {
        var boundary = $"=_{Unique}";
        Line(mail, $"Content-Type: multipart/mixed; boundary=\"{boundary}\"");
        Line(mail, string.Empty);
        Line(mail, $"--{boundary}");
        AppendBody(mail);
        foreach (var (name, content) in Attachments)
        {
            Line(mail, $"--{boundary}");
            Line(mail, $"Content-Type: {TypeOf(name)}");
            Line(mail, "Content-Transfer-Encoding: base64");
            Line(mail, $"Content-Disposition: attachment; {FileName(name)}");
            Line(mail, string.Empty);
            AppendBase64(mail, content);
        }
        Line(mail, $"--{boundary}--");
    }

    /// <summary>RFC 2046 §5.1.4: the alternative that is preferred comes last.</summary>
    private void AppendBody(StringBuilder mail)
    {
        if (Html is null || Text is null)
        {
            AppendText(mail, Html is null ? "plain" : "html", Html ?? Text ?? string.Empty);
            return;
        }
        var boundary = $"=_a.{Unique}";
        Line(mail, $"Content-Type: multipart/alternative; boundary=\"{boundary}\"");
        Line(mail, string.Empty);
        Line(mail, $"--{boundary}");
        AppendText(mail, "plain", Text);
        Line(mail, $"--{boundary}");
        AppendText(mail, "html", Html);
        Line(mail, $"--{boundary}--");
    }

    private static void AppendText(StringBuilder mail, string subtype, string text)
    {
        var octets = Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
        // RFC 5321 §4.5.3.1.6: lines of 1000 octets at most.
        var plain = Ascii.IsValid(text) && text.ReplaceLineEndings("\n").Split('\n').All(line => line.Length <= 900);
        Line(mail, $"Content-Type: text/{subtype}; charset=utf-8");
        Line(mail, $"Content-Transfer-Encoding: {(plain ? "7bit" : "base64")}");
        Line(mail, string.Empty);
        if (plain)
            Line(mail, Encoding.UTF8.GetString(octets));
        else
            AppendBase64(mail, octets);
    }

    private static void AppendBase64(StringBuilder mail, byte[] content)
    {
        var text = Convert.ToBase64String(content);
        for (var at = 0; at < text.Length; at += EncodedLine)
            Line(mail, text.Substring(at, Math.Min(EncodedLine, text.Length - at)));
    }

    private static void Line(StringBuilder mail, string line) => mail.Append(line).Append("\r\n");

    /// <summary>RFC 2047 where it is needed; an encoded word is at most 75 characters and holds whole characters.</summary>
    internal static string EncodedWords(string text)
    {
        if (Ascii.IsValid(text) && !text.Any(char.IsControl))
            return text;
        var words = new List<string>();
        var word = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var octets = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + octets.Length > 45)
            {
                words.Add(Word(word));
                word.Clear();
            }
            word.AddRange(octets);
        }
        words.Add(Word(word));
        return string.Join("\r\n ", words);
    }

    private static string Word(List<byte> octets) => $"=?utf-8?B?{Convert.ToBase64String(octets.ToArray())}?=";

    /// <summary>RFC 2231 for names outside ASCII.</summary>
    private static string FileName(string name) =>
        Ascii.IsValid(name) && !name.Any(letter => char.IsControl(letter) || letter is '"' or '\\')
            ? $"filename=\"{name}\"" : $"filename*=utf-8''{Uri.EscapeDataString(name)}";

    private static string Domain(string address) =>
        address[(address.LastIndexOf('@') + 1)..] is { Length: > 0 } domain ? domain : "localhost";

    private static string TypeOf(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".pdf" => MediaTypeNames.Application.Pdf,
        ".png" => MediaTypeNames.Image.Png,
        ".jpg" or ".jpeg" => MediaTypeNames.Image.Jpeg,
        ".txt" => MediaTypeNames.Text.Plain,
        ".html" => MediaTypeNames.Text.Html,
        ".json" => MediaTypeNames.Application.Json,
        ".csv" => MediaTypeNames.Text.Csv,
        ".zip" => MediaTypeNames.Application.Zip,
        _ => MediaTypeNames.Application.Octet,
    };
}
