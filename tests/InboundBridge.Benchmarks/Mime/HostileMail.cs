using System.Text;

namespace InboundBridge.Benchmarks.Mime;

/// <summary>Mails made to cost far more than they weigh, at their full size or at a fraction of it.</summary>
internal static class HostileMail
{
    public static IReadOnlyDictionary<string, Func<int, byte[]>> All { get; } =
        new Dictionary<string, Func<int, byte[]>>(StringComparer.Ordinal)
        {
            ["a 400 KB To field"] = scale =>
                Text("To: " + Repeat("someone <someone@example.com>,\r\n ", 12_500 / scale) + "x@example.com\r\nSubject: s\r\n\r\nbody"),
            ["a To field of quotes"] = scale => Text("To: " + Repeat("\"a\" ", 60_000 / scale) + "\r\n\r\n"),
            ["a To field of open angle brackets"] = scale => Text("To: " + Repeat("<,", 120_000 / scale) + "\r\n\r\n"),
            ["a To field of open comments"] = scale => Text("To: " + Repeat("(", 250_000 / scale) + "\r\n\r\n"),
            ["a To field of open literals"] = scale => Text("To: " + Repeat("[", 250_000 / scale) + "\r\n\r\n"),
            ["a To field of colons"] = scale =>
                Text("To: " + new string('a', 100_000 / scale) + "@" + Repeat(":", 150_000 / scale) + "\r\n\r\n"),
            ["a Subject of unfinished encoded words"] = scale => Text("Subject: " + Repeat("=?a?q?", 42_000 / scale) + "\r\n\r\n"),
            ["a Subject of encoded words"] = scale => Text("Subject: " + Repeat("=?utf-8?q?=C3?= ", 15_000 / scale) + "\r\n\r\n"),
            ["a Content-Type of parameters"] = scale =>
                Text("Content-Type: text/plain" + Repeat("; a*1*=b", 28_000 / scale) + "\r\n\r\nbody"),
            ["a Content-Type of stray words"] = scale =>
                Text("Content-Type: text/plain " + Repeat("=b ", 28_000 / scale) + Repeat("\"", 50_000 / scale) + "\r\n\r\nbody"),
            ["References of brackets"] = scale => Text("References: " + Repeat("<", 250_000 / scale) + "\r\n\r\n"),
            ["100,000 nested multiparts"] = scale => Nested(100_000 / scale),
            ["a million fields"] = scale => Text(Repeat("a: b\r\n", 1_000_000 / scale) + "\r\nbody"),
            ["200,000 parts"] = scale =>
                Text("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\n\r\nx\r\n", 200_000 / scale) + "--b--\r\n"),
            ["parts with large headers"] = scale =>
                Text("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                    + Repeat("--b\r\n" + Repeat("a: b\r\n", 3000) + "\r\nx\r\n", 1 + (1000 / scale)) + "--b--\r\n"),
            ["a single line of 50 MB"] = scale => Filled("Subject: s\r\n\r\n", 50_000_000 / scale, (byte)'x'),
            ["a single line of 50 MB in a multipart"] = scale =>
                Filled("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n", 50_000_000 / scale, (byte)'x'),
            ["a header of 50 MB without a line end"] = scale => Filled("Subject: ", 50_000_000 / scale, (byte)'x'),
            ["50 MB of dashes at line starts"] = scale =>
                Text("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + Repeat("\n--", 16_000_000 / scale)),
            ["50 MB of base64 that is none"] = scale =>
                Filled("Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n", 50_000_000 / scale, (byte)'!'),
            ["50 MB of base64 with every fifth octet wrong"] = scale =>
                Text("Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Repeat("QUJD!", 10_000_000 / scale)),
            ["50 MB of soft breaks"] = scale =>
                Text("Content-Type: application/x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                    + Repeat("=\r\n", 16_000_000 / scale)),
            ["50 MB of spaces in quoted-printable"] = scale =>
                Filled("Content-Type: application/x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", 50_000_000 / scale, (byte)' '),
            ["HTML of open tags"] = scale => Text("Content-Type: text/html\r\n\r\n" + Repeat("<a \"<b '", 500_000 / scale)),
            ["HTML of nested quotes"] = scale => Text("Content-Type: text/html\r\n\r\n" + Repeat("<blockquote><ul><li>x", 180_000 / scale)),
            ["HTML of links"] = scale =>
                Text("Content-Type: text/html\r\n\r\n" + Repeat("<a href=http://x>", 220_000 / scale) + "y" + Repeat("</a>", 1000)),
            ["text of attributions"] = scale => Text("\r\n" + Repeat("On 2024 a@b wrote\r\n", 200_000 / scale)),
            ["text of begin lines"] = scale => Text("\r\n" + Repeat("begin 644 x\r\n", 300_000 / scale)),
            ["text of uuencoded lines without an end"] = scale => Text("\r\n" + Repeat("begin 644 x\r\n#AAAA\r\n", 300_000 / scale)),
            ["text in an unknown charset"] = scale => Filled("Content-Type: text/plain; charset=nonsense\r\n\r\n", 20_000_000 / scale, 0xE4),
        };

    public static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static byte[] Filled(string head, int size, byte octet)
    {
        var octets = new byte[size];
        Array.Fill(octets, octet);
        Encoding.Latin1.GetBytes(head, octets);
        return octets;
    }

    private static byte[] Nested(int depth)
    {
        var text = new StringBuilder("Content-Type: multipart/mixed; boundary=b0\r\n\r\n");
        for (var level = 0; level < depth; level++)
            text.Append("--b").Append(level).Append("\r\nContent-Type: multipart/mixed; boundary=b").Append(level + 1).Append("\r\n\r\n");
        return Text(text.ToString());
    }
}
