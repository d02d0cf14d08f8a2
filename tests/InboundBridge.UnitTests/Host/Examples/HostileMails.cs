using System.Text;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>Mails that nobody should have to read in a chat: at every limit, and with everything that a service gives a meaning.</summary>
internal static class HostileMails
{
    private const string Mentions = "@everyone @here <!channel> <!here> <@U123> <@&99> <#C1> <at>all</at> @octocat fixes #1 [x](http://e.example) "
        + "<http://e.example|bank> {{ticket.id}} {{{x}}} ```` ``````` ~~~ \\[y](http://e.example) &amp; &lt; <script>alert(1)</script> \"quoted\" \\";

    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ordinary"] = Mail("Help", "It broke\r\n"),
        ["empty"] = "\r\n",
        ["no body"] = "From: al@customer.example\r\nSubject: \r\n\r\n",
        ["blank"] = Mail("   ", "  \r\n \r\n"),
        ["mentions"] = Mail(Mentions, Mentions),
        ["many mentions"] = Mail("x", string.Concat(Enumerable.Repeat(Mentions + "\r\n", 2000))),
        ["long subject"] = Mail(string.Join("\r\n ", Enumerable.Repeat(new string('s', 900), 60)), "x"),
        ["long text"] = Mail("x", Repeated("0123456789abcde ", 40_000)),
        ["escapes grow"] = Mail(new string('&', 900), Repeated("&<>\"\\", 60_000)),
        ["markdown grows"] = Mail(new string('[', 900), Repeated("[*_`", 60_000)),
        ["backticks"] = Mail("````", Repeated("```` ", 20_000)),
        ["braces"] = Mail(new string('{', 900), Repeated("{{{", 30_000)),
        ["emoji"] = Mail(Encoded(string.Concat(Enumerable.Repeat("😀", 300))), Repeated("😀", 40_000)),
        ["one past the limit"] = Mail(Encoded("x" + string.Concat(Enumerable.Repeat("😀", 300))), "x" + Repeated("😀", 40_000)),
        ["three octets a character"] = Mail(Encoded(new string('漢', 300)), Repeated("漢", 60_000)),
        ["controls"] = Mail("=?utf-8?q?a=0D=0AX-Evil:_1=00=07=1B[31m=E2=80=AEgnp.exe?=", "a\u001b[2Jb\u0007\u0000c\u202egnp\r\n"),
        ["html alone"] =
            "From: al@customer.example\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            + "<h1>Hi</h1><a href=\"http://e.example\">bank</a><script>x</script> &lt;!channel&gt; @everyone\r\n",
        ["odd sender"] = "From: \"@everyone <!channel> {{x}}\" <al@customer.example>\r\nSubject: x\r\n\r\nx\r\n",
        ["long names"] =
            $"From: {Encoded(new string('ä', 300))} <{new string('a', 60)}@{string.Join('.', Enumerable.Repeat(new string('d', 60), 4))}>"
            + "\r\nSubject: x\r\n\r\nx\r\n",
        ["files"] = Files("report \u202e.pdf", 40),
    };

    private static string Mail(string subject, string text) =>
        $"From: Al <al@customer.example>\r\nTo: alerts@example.com\r\nSubject: {subject}\r\nMessage-ID: <1@customer.example>\r\n"
        + $"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n";

    private static string Repeated(string part, int characters)
    {
        var text = new StringBuilder();
        while (text.Length < characters)
        {
            for (var line = 0; line < 600; line += part.Length)
                text.Append(part);
            text.Append("\r\n");
        }
        return text.ToString();
    }

    private static string Encoded(string text) => string.Join("\r\n ", text.EnumerateRunes().Chunk(8).Select(part =>
        $"=?utf-8?b?{Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(part)))}?="));

    private static string Files(string name, int count)
    {
        var mail = new StringBuilder("From: al@customer.example\r\nSubject: files\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n");
        for (var index = 0; index < count; index++)
        {
            mail.Append("--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"=?utf-8?b?")
                .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{index} {{{{x}}}} <!here> {name}"))).Append("?=\"\r\n\r\nx\r\n");
        }
        return mail.Append("--b--\r\n").ToString();
    }
}
