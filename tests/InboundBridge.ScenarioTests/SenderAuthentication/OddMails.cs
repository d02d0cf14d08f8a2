using System.Text;

namespace InboundBridge.ScenarioTests.SenderAuthentication;

/// <summary>
/// Mails with what breaks signatures: folding, blanks, 8-bit octets, empty lines, no last line end; and changes on the way.
/// </summary>
internal sealed class OddMails(int seed)
{
    private static readonly string[] Words =
        ["hello", "a", "Order", "12,5%", "caf\u00e9", "=?utf-8?q?=C3=A9?=", "x=y;", "\u00c4\u00d6",
         "(comment)", "\"quoted\"", "--", ".", "w:o:r:d"];

    private static readonly string[] Blanks = [" ", " ", " ", "  ", "\t", "\r\n ", "\r\n\t", " \r\n  "];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var mail = new StringBuilder("From: Al <al@sender.test>\r\n");
        foreach (var name in new[] { "To", "Subject", "Date", "Message-ID", "X-Odd", "Subject", "Reply-To", "List-Id", "MIME-Version" })
        {
            if (_random.Next(3) > 0)
                mail.Append(name).Append(_random.Next(8) == 0 ? ":" : ": ").Append(Value()).Append(_random.Next(6) == 0 ? " \r\n" : "\r\n");
        }
        mail.Append("\r\n").Append(Body());
        return Encoding.Latin1.GetBytes(mail.ToString());
    }

    /// <summary>mailauth writes an <c>l=</c> without a number where there is nothing to count.</summary>
    public static bool HasBody(byte[] mail) => !mail.AsSpan(mail.AsSpan().IndexOf("\r\n\r\n"u8)).Trim(" \t\r\n"u8).IsEmpty;

    public static bool HasTwoAuthors(byte[] mail) => mail.AsSpan().StartsWith("From: Ev"u8);

    public int Choose(int count) => _random.Next(count);

    /// <summary>Another mail that a careless or hostile hop could have made of it.</summary>
    public byte[] Changed(byte[] octets)
    {
        var mail = Encoding.Latin1.GetString(octets);
        var body = mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        mail = _random.Next(9) switch
        {
            0 => mail + "\r\n\r\n",
            1 => mail + "appended\r\n",
            2 => mail.Insert(0, "Received: from a by b; now\r\n"),
            3 => mail.Insert(0, "From: Ev <ev@evil.test>\r\n"),
            // In an empty body, a blank without a line end would divide the verifiers. DATA never brings that.
            4 => mail.Length > body ? mail.Insert(body, " ") : mail,
            5 => mail.Replace(" hello", "  hello", StringComparison.Ordinal),
            6 => mail.Replace("From: Al ", "From: Al\r\n ", StringComparison.Ordinal),
            7 => mail.Replace("\r\n\r\n\r\n", "\r\n \r\n\r\n", StringComparison.Ordinal),
            _ => Letter(mail, body),
        };
        return Encoding.Latin1.GetBytes(mail);
    }

    private string Letter(string mail, int body)
    {
        var at = body + _random.Next(Math.Max(1, mail.Length - body));
        return at < mail.Length && char.IsAsciiLetter(mail[at]) ? mail.Remove(at, 1).Insert(at, mail[at] == 'q' ? "p" : "q") : mail;
    }

    private string Value()
    {
        var value = new StringBuilder(Words[_random.Next(Words.Length)]);
        for (var count = _random.Next(8); count > 0; count--)
            value.Append(Blanks[_random.Next(Blanks.Length)]).Append(Words[_random.Next(Words.Length)]);
        return value.ToString();
    }

    private string Body()
    {
        var body = new StringBuilder();
        for (var line = _random.Next(12); line > 0; line--)
        {
            for (var word = _random.Next(6); word > 0; word--)
                body.Append(Words[_random.Next(Words.Length)]).Append(_random.Next(5) == 0 ? "\t " : " ");
            body.Append(_random.Next(3) == 0 ? "\r\n\r\n" : "\r\n");
        }
        return body.Append(_random.Next(4) switch { 0 => "no line end", 1 => "\r\n\r\n", 2 => " \t\r\n", _ => "" }).ToString();
    }
}
