using System.Globalization;
using System.Text;
using InboundBridge.Mime.Addresses;
using InboundBridge.Mime.Headers;

namespace InboundBridge.UnitTests.Mime.Headers;

/// <summary>The fast readers of usual forms agree with the general ones.</summary>
public class UsualFormsTests
{
    private const string Others = "0359 \t\r\n,;:()<>@.+-'\"\\=?aZé";

    private static readonly string[] Dates =
    [
        "Fri, 2 Jan 2026 03:04:05 +0100", "Fri, 02 Jan 2026 03:04:05 +0000 (UTC)", " 31 Dec 1999 23:59:59 -0930\r\n",
        "Sat, 29 Feb 2025 03:04:05 +0000", "Jan, 2 Feb 2026 03:04:05 +0000",
        "Fri, 2 Jan 2026 24:00:00 +0000", "Fri, 2 Jan 2026 03:04:60 +0000", "Fri, 2 Jan 2026 03:04:05 +1430",
        "Fri, 2 Jan 2026 03:04:05 +0160 ()", "Fri,  2 Jan 2026 03:04:05 +0000",
    ];

    private static readonly string[] Mailboxes =
    [
        "<al@example.com>", " Al B. Smith <al.b+c@mail.example.com>\r\n", "al@example.com", "\"Al Smith\" <al@example.com>",
        "\" \" <al@example.com>", "\"\"<al@example.com>", "Al<al@EXAMPLE.com>",
        "al@example.com.", "Al@b <al@example.com>", "<al@example.com> (Al)", "- <al@example.com>", "@example.com", "al@", "<>",
        "al bo@example.com", "\"Al\"bo <al@example.com>",
    ];

    private static readonly string[] Values =
    [
        " plain \r\n", "", "\t\r\n", "a\tb", " folded\r\n\tand\r\n   again \r\n", "=?utf-8?Q?=C3=A9?=", "é", "a\rb\nc", "a \r\n\r\n b",
        "\u0001", "\"quoted\" \\ \u007f",
    ];

    [Fact]
    public void A_date() =>
        Assert.True(Compare(Dates, raw => Sayable(UsualDate.Read(raw)), raw => Sayable(MailDate.Parse(HeaderText.Unfold(raw)))) > 100);

    [Fact]
    public void A_mailbox() =>
        Assert.True(
            Compare(Mailboxes, raw => UsualMailbox.Read(raw)?.ToString(),
                raw => string.Join('|', AddressListParser.Parse(HeaderText.Unfold(raw), 10))) > 100);

    [Fact]
    public void A_plain_value() =>
        Assert.True(
            Compare(Values, raw => HeaderText.TryGetPlain(raw, new byte[100], out var text)
                ? Encoding.ASCII.GetString(text) : null, raw => HeaderText.Decode(raw)) > 100);

    private static string? Sayable(DateTimeOffset? date) => date?.ToString("o", CultureInfo.InvariantCulture);

    /// <returns>How often the form was the usual one.</returns>
    private static int Compare(string[] seeds, Reader usual, Reader any)
    {
        var count = 0;
        foreach (var raw in seeds.SelectMany(Variants).Select(Encoding.UTF8.GetBytes))
        {
            if (usual(raw) is not { } text)
                continue;
            Assert.Equal(any(raw), text);
            count++;
        }
        return count;
    }

    /// <summary>The text, and the text with another character at each place.</summary>
    private static IEnumerable<string> Variants(string text) =>
        Enumerable.Range(0, text.Length).SelectMany(index => Others.Select(other => $"{text[..index]}{other}{text[(index + 1)..]}"))
            .Prepend(text);

    private delegate string? Reader(ReadOnlySpan<byte> raw);
}
