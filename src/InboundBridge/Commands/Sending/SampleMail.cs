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

    public required string Text { get; init; }

    /// <summary>File name and content.</summary>
    public IReadOnlyList<(string Name, byte[] Content)> Attachments { get; init; } = [];

    public required DateTimeOffset Date { get; init; }

    /// <summary>Different for each mail: the left part of Message-ID, and in the boundary.</summary>
    public required string Unique { get; init; }

    public byte[] ToBytes()
    {
        var mail = new StringBuilder();
        Line(mail, $"From: <{From}>");
        Line(mail, $"To: {string.Join(",\r\n ", To.Select(address => $"<{address}>"))}");
        Line(mail, $"Subject: {EncodedWords(Subject)}");
        Line(mail, $"Date: {Date.ToString("ddd, dd MMM yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture).Remove(29, 1)}");
        Line(mail, $"Message-ID: <{Unique}@{Domain(From)}>");
        Line(mail, "MIME-Version: 1.0");
        if (Attachments.Count == 0)
            AppendText(mail);
        else
            AppendMultipart(mail);
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    private void AppendMultipart(StringBuilder mail)
    {
        var boundary = $"=_{Unique}";
        Line(mail, $"Content-Type: multipart/mixed; boundary=\"{boundary}\"");
        Line(mail, string.Empty);
        Line(mail, $"--{boundary}");
        AppendText(mail);
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

    private void AppendText(StringBuilder mail)
    {
        var octets = Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\r\n"));
        // RFC 5321 §4.5.3.1.6: lines of 1000 octets at most.
        var plain = Ascii.IsValid(Text) && Text.ReplaceLineEndings("\n").Split('\n').All(line => line.Length <= 900);
        Line(mail, "Content-Type: text/plain; charset=utf-8");
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
    private static string EncodedWords(string text)
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
        Ascii.IsValid(name) && !name.Any(letter => char.IsControl(letter) || letter is '"' or '\\') ? $"filename=\"{name}\"" : $"filename*=utf-8''{Uri.EscapeDataString(name)}";

    private static string Domain(string address) => address[(address.LastIndexOf('@') + 1)..] is { Length: > 0 } domain ? domain : "localhost";

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
