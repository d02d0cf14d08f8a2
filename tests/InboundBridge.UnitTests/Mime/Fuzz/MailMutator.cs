using System.Text;

namespace InboundBridge.UnitTests.Mime.Fuzz;

/// <summary>Damages a mail in ways that hit parsers: cuts, repeats, swaps, and pieces of syntax where none belong.</summary>
internal sealed class MailMutator(int seed)
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\r\n", "\n", "\r", "\r\n\r\n", "\r\n ", "--b\r\n", "--b--\r\n", "--", "=?", "?=", "=?utf-8?B?", "=?utf-8?Q?=C3?=", "\"", "(",
            ")", "<", ">", ":", ";", ",", "@", "=", "=\r\n", "=4", "%",
            "*0*=", "''", "\0", "\xff", "\xc3\xa9", "\x1b$B", "+AGE-", "begin 644 x\r\n", "end\r\n", "Content-Type: ",
            "multipart/mixed; boundary=b", "message/rfc822", "text/html", "charset=utf-7",
            "Content-Transfer-Encoding: base64\r\n", "quoted-printable", "<blockquote>", "<!--", "</", "&#x", "On 1/2/2026 a wrote:\r\n",
            "> ", "BEGIN:VEVENT\r\n", "From: ", "application/ms-tnef",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    private readonly Random _random = new(seed);

    public byte[] Mutate(byte[] mail)
    {
        var result = mail.ToList();
        for (var count = _random.Next(1, 8); count > 0; count--)
            Once(result);
        return [.. result];
    }

    private void Once(List<byte> mail)
    {
        var at = _random.Next(mail.Count + 1);
        var length = Math.Min(_random.Next(1, 40), mail.Count - at);
        switch (_random.Next(7))
        {
            case 0 when mail.Count > at:
                mail[at] = (byte)_random.Next(256);
                break;
            case 1:
                mail.RemoveRange(at, length);
                break;
            case 2:
                mail.InsertRange(_random.Next(mail.Count + 1), mail.GetRange(at, length));
                break;
            case 3:
                mail.RemoveRange(at, _random.Next(5) == 0 ? mail.Count - at : 0);
                break;
            case 4 when mail.Count < 20_000:
                mail.InsertRange(
                    at, Enumerable.Repeat(mail.GetRange(at, Math.Min(length, 8)), _random.Next(1, 30)).SelectMany(piece => piece));
                break;
            default:
                mail.InsertRange(at, Pieces[_random.Next(Pieces.Length)]);
                break;
        }
    }
}
