using System.Text;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>A mail with payloads in every place that a page shows.</summary>
internal static class HostileMail
{
    /// <param name="at">The payload of a place, by its number.</param>
    public static byte[] Of(Func<int, string> at, int number)
    {
        var mail = $"""
            From: {Encoded(at(0))} <al@sender.test>
            To: {Encoded(at(1))} <ann@example.com>
            Subject: {Encoded(at(2))}
            X-{new string([.. at(3).Where(letter => letter is > ' ' and < '\x7f' and not ':').Take(200)])}: {Encoded(at(3))}
            List-Id: {Encoded(at(4))} <list.sender.test>
            Message-ID: <{number}@sender.test>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: base64

            {Base64($"<p>{at(0)}</p><div>{at(4)}</div><p title=\"{at(5)}\">x</p><a href=\"{at(8)}\">y</a>{at(6)}<p>{at(7)}")}
            --b
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: base64

            {Base64($"{at(5)}\n{at(6)}\n{at(7)}\n{new string('w', 500)}")}
            --b
            Content-Type: application/octet-stream
            Content-Disposition: attachment; filename*=utf-8''{Uri.EscapeDataString(at(4))}

            file
            --b
            {(number % 2 == 0 ? Calendar(at) : Report(at))}
            --b--

            """;
        return Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));
    }

    /// <summary>The payload as a quoted local part; null where it does not fit (RFC 5321 §4.5.3.1.1).</summary>
    public static string? LocalPart(string payload) =>
        payload.All(letter => letter is >= ' ' and < '\x7f') && $"\"{Escaped(payload)}\"" is { Length: <= 64 } quoted ? quoted : null;

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Calendar(Func<int, string> at) => $"""
        Content-Type: text/calendar; charset=utf-8; method=REQUEST
        Content-Transfer-Encoding: base64

        {Base64($"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:x\nDTSTART:20260101T100000Z\nSUMMARY:{at(8)}\n"
            + $"LOCATION:{at(9)}\nSTATUS:{at(0)}\nRRULE:{at(1)}\nORGANIZER;CN=\"{Quotable(at(2))}\":mailto:o@sender.test\n"
            + $"ATTENDEE;CN=\"{Quotable(at(3))}\";PARTSTAT={Quotable(at(4))}:mailto:a@sender.test\nEND:VEVENT\nEND:VCALENDAR\n")}
        """;

    /// <summary>A delivery report inside, with a payload in each field.</summary>
    private static string Report(Func<int, string> at) => $"""
        Content-Type: multipart/report; report-type=delivery-status; boundary=r

        --r
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        {Base64(at(8))}
        --r
        Content-Type: message/delivery-status

        Reporting-MTA: dns; {Ascii(at(9))}

        Final-Recipient: rfc822; {Ascii(at(0))}
        Action: {Ascii(at(1))}
        Status: 5.0.0
        Remote-MTA: dns; {Ascii(at(2))}
        Diagnostic-Code: smtp; {Ascii(at(3))}

        --r--
        """;

    private static string Encoded(string text) => $"=?utf-8?B?{Base64(text)}?=";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Ascii(string text) => new([.. text.Where(letter => letter is >= ' ' and < '\x7f')]);

    private static string Quotable(string text) => text.Replace('"', '\'');
}
