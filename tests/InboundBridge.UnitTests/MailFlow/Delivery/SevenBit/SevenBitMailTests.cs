using System.Text;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Delivery.SevenBit;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SevenBit;

public class SevenBitMailTests
{
    private const string Head = "From: al@example.com\r\nSubject: hello\r\nMIME-Version: 1.0\r\n";

    [Theory]
    [InlineData("Subject: hello\r\n\r\nHello.\r\n")]
    [InlineData("Subject: hello\r\n\r\n")]
    [InlineData("")]
    public async Task A_mail_in_7_bit_stays_as_it_is(string mail) => Assert.Equal(mail, await ConvertAsync(mail));

    [Fact]
    public async Task A_text_becomes_quoted_printable_and_nothing_else_changes()
    {
        var mail = Head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nX-After: x\r\n\r\n"
            + "Grüße = 1\r\n.\r\nEnd \r\n";
        Assert.Equal(
            Head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nX-After: x\r\n\r\n"
                + "Gr=C3=BC=C3=9Fe =3D 1\r\n.\r\nEnd=20\r\n",
            await ConvertAsync(mail));
    }

    [Fact]
    public async Task A_mail_without_mime_fields_gets_them()
    {
        var converted = await ConvertAsync("Subject: x\r\n\r\nGrüße aus dem Norden\r\n");
        Assert.Equal(
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe aus dem Norden\r\n",
            converted);
    }

    [Fact]
    public async Task Each_part_is_encoded_by_itself()
    {
        var mail = Head + """
            Content-Type: multipart/mixed; boundary=b

            Vorwort für alte Programme
            --b
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: 8bit

            <p>Grüße</p>
            --b
            Content-Type: application/octet-stream; name="ü.bin"
            Content-Transfer-Encoding: binary
            Content-Disposition: attachment; filename="ü.bin"

            äöüßäöüß
            --b
            Content-Type: text/plain

            plain  text
            --b
            Content-Type: image/png
            Content-Transfer-Encoding: base64

            AAECAw==
            --b--

            """.ReplaceLineEndings("\r\n");
        var converted = await ConvertAsync(mail);
        AssertSame(mail, converted);
        Assert.Contains("\r\n\r\nVorwort f??r alte Programme\r\n--b\r\n", converted, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain\r\n\r\nplain  text\r\n--b\r\nContent-Type: image/png\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n--b--\r\n", converted, StringComparison.Ordinal);
        string[] encodings = ["Transfer-Encoding: base64", "Transfer-Encoding: quoted-printable"];
        Assert.Equal(3, encodings.Sum(encoding => converted.Split(encoding).Length - 1));
    }

    [Fact]
    public async Task In_a_mail_inside_a_mail_only_the_parts_are_encoded()
    {
        var inner = Head + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nf\u00fcr\r\n";
        var mail = Encoding.Latin1.GetBytes(Head
            + "Content-Type: multipart/digest; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--b\r\n\r\n" + inner
            + "\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + inner + "\r\n--b--\r\n");
        var converted = await ConvertAsync(mail);
        Assert.Equal(2, converted.Split("f=FCr\r\n").Length - 1);
        Assert.Contains(
            "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\nFrom: ", converted, StringComparison.Ordinal);
        Assert.DoesNotContain("8bit", converted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_are_encoded_by_their_kind()
    {
        var mail = "From: Jörg Müller <jm@bücher.example>\r\nTo: \"Åse\" <ase@example.com>, bo@example.com\r\n"
            + "Subject: Grüße aus München\r\nX-Odd: ein „Wort“\r\n\r\nplain\r\n";
        var converted = await ConvertAsync(mail);
        AssertSame(mail, converted);
        Assert.Contains("<jm@xn--bcher-kva.example>", converted, StringComparison.Ordinal);
        Assert.Contains("=?utf-8?", converted, StringComparison.Ordinal);
        Assert.All(converted.Split("\r\n"), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public async Task What_programs_read_gets_no_encoded_words()
    {
        var converted = await ConvertAsync("Received: from x by y for <ü@example.com>\r\nMessage-ID: <ü@example.com>\r\n\r\n");
        Assert.Equal(
            "Received: from x by y for <\\x{FC}@example.com>\r\nMessage-ID: <\\x{FC}@example.com>\r\n\r\n", converted);
    }

    [Fact]
    public async Task A_server_with_8bitmime_needs_the_header_and_binary_parts_encoded_only()
    {
        var target = new SevenBitTarget(EightBit: true, Utf8Headers: false);
        var mail = "Subject: ü\r\nContent-Transfer-Encoding: binary\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nü\r\n--b\r\n"
            + "Content-Transfer-Encoding: 8bit\r\n\r\nü\r\n--b\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\r\n--b--\r\n";
        Assert.Equal(
            "Subject: =?utf-8?b?w7w=?=\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "ü\r\n--b\r\n"
            + "Content-Transfer-Encoding: 8bit\r\n\r\nü\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYQpi\r\n\r\n--b--\r\n",
            Encoding.UTF8.GetString(await ReadAsync(Encoding.UTF8.GetBytes(mail), target)));
    }

    [Fact]
    public async Task A_signed_part_in_7_bit_keeps_every_octet()
    {
        const string Signed =
            "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\nContent-Transfer-Encoding: 8bit\r\n\r\nplain\r\n--s\r\n\r\nx\r\n--s--\r\n";
        var mail = Head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + Signed + "\r\n--b\r\n\r\nü\r\n--b--\r\n";
        Assert.Contains("--b\r\n" + Signed + "\r\n--b\r\n", await ConvertAsync(mail), StringComparison.Ordinal);
    }

    /// <summary>A mail of several megabytes is read in pieces and lies in a file, in which nothing depends on where pieces end.</summary>
    [Theory]
    [InlineData(1021)]
    [InlineData(48 * 1024)]
    public async Task A_large_mail_is_converted_piece_by_piece(int piece)
    {
        var text = new StringBuilder(Head + "Content-Type: text/plain; charset=utf-8\r\n\r\n");
        for (var line = 0; line < 20_000; line++)
            text.Append("Zeile ").Append(line).Append(" mit Grüßen, und so weiter bis ans Ende\r\n");
        var mail = Encoding.UTF8.GetBytes(text.ToString());
        var outcome = await SevenBitMail.ConvertAsync(
            new ChunkedContent(mail, piece), default, SevenBitOptions.Default, Path.GetTempPath(), TestContext.Current.CancellationToken);
        using var content = Assert.IsType<BodyBuffer>(outcome.Content);
        Assert.True(content.IsInFile);
        var converted = new byte[content.Length];
        for (var at = 0; at < converted.Length;)
            at += content.Read(at, converted.AsSpan(at));
        AssertSame(mail, converted, "");
        Assert.True(OctetTraits.Of(converted) is { IsPlain: true, HasLongLine: false });
    }

    [Theory]
    [InlineData("a\r\nb\r\n", false)]
    [InlineData("a\rb", true)]
    [InlineData("a\nb", true)]
    [InlineData("\n", true)]
    [InlineData("\r\r\n", true)]
    [InlineData("\r\n\n", true)]
    [InlineData("a\r", true)]
    [InlineData("\0", true)]
    [InlineData("", false)]
    public void A_section_is_judged_the_same_wherever_it_is_cut(string text, bool isBinary)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        Assert.Equal(isBinary, OctetTraits.Of(octets).IsBinary);
        for (var piece = 1; piece <= octets.Length; piece++)
            Assert.Equal(isBinary, OctetTraits.Of(new ChunkedContent(octets, piece), 0, octets.Length, new byte[64]).IsBinary);
        Assert.True(OctetTraits.Of(Encoding.ASCII.GetBytes(new string('x', 999) + "\r\n")).HasLongLine);
        Assert.False(OctetTraits.Of(Encoding.ASCII.GetBytes(new string('x', 998) + "\r\n")).HasLongLine);
    }

    [Theory]
    [InlineData("From: jürgen@example.com\r\n\r\n\r\n", "the field From has an address that needs SMTPUTF8")]
    [InlineData(
        "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nü\r\n--b\r\n\r\nx\r\n--b--\r\n",
        "a part is signed (multipart/signed)")]
    [InlineData("Content-Type: message/partial\r\n\r\nü\r\n", "a part of type message/partial may not be encoded")]
    [InlineData("Content-Disposition: attachment; ü=ü\r\n\r\n", "the field Content-Disposition can't be read")]
    [InlineData("X-Ü: x\r\n\r\n", "the name of a header field is not ASCII")]
    [InlineData("Subject: ü\nTo: x@example.com\n\nHi\n", "a header field holds an octet 0, or a line that does not end with CRLF")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\nü\r\n", "a multipart has no readable parts")]
    [InlineData("Content-Transfer-Encoding: base64\r\n\r\nAAAü\r\n", "a part that is encoded has octets that its encoding does not allow")]
    [InlineData(
        "Content-Type: multipart/mixed; boundary=\"ü\"\r\n\r\n--ü\r\n\r\nx\r\n--ü--\r\n", "a delimiter between parts is not ASCII")]
    public async Task What_can_not_be_converted_says_why(string mail, string problem) => Assert.Equal(problem, await ProblemAsync(mail));

    [Fact]
    public async Task Limits_are_kept()
    {
        var parts = string.Concat(Enumerable.Repeat("--b\r\n\r\nü\r\n", 30));
        var many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + "--b--\r\n";
        var options = SevenBitOptions.Default with { Mime = MimeLimits.Default with { Parts = 20 } };
        Assert.Equal("more than 20 parts; the rest was not read", await ProblemAsync(many, options));
        Assert.Null(await ProblemAsync(many));
        var problem = await ProblemAsync($"Subject: {new string('ü', 20_000)}\r\n\r\n");
        Assert.Equal("a header field has 40011 octets, and at most 16384 are encoded", problem);
        var many8 = string.Concat(Enumerable.Repeat($"X-Odd: {new string('ü', 5_000)}\r\n", 7));
        Assert.Equal("more than 65536 octets of header fields would have to be encoded", await ProblemAsync(many8 + "\r\n"));
        var nested = "Content-Type: text/plain\r\n\r\nü\r\n";
        for (var level = 0; level < 11; level++)
            nested = "Content-Type: message/rfc822\r\n\r\n" + nested;
        Assert.Equal("more than 10 mails are inside one another", await ProblemAsync(nested));
    }

    /// <summary>Every mail that the tests of the reader have: what a reader sees is the same before and after.</summary>
    [Fact]
    public async Task Readers_see_the_same_mail()
    {
        var (converted, refused) = (0, 0);
        var folder = Path.Combine(RepositoryFiles.Root, "tests/testdata/messages");
        foreach (var file in Directory.GetFiles(folder, "*.eml", SearchOption.AllDirectories))
        {
            var mail = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            if (OctetTraits.Of(mail).EightBit == 0)
                continue;
            var outcome = await OutcomeAsync(mail, SevenBitOptions.Default);
            if (outcome.Content is null)
            {
                refused++;
                continue;
            }
            converted++;
            Assert.True(outcome.Content.TryGetMemory(out var octets));
            Assert.True(OctetTraits.Of(octets.Span).EightBit == 0, Path.GetFileName(file));
            AssertSame(mail, octets.ToArray(), Path.GetFileName(file));
            outcome.Content.Dispose();
        }
        Assert.True(converted > refused, $"{converted} converted, {refused} refused");
    }

    private static void AssertSame(string before, string after) =>
        AssertSame(Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after), "");

    private static void AssertSame(byte[] before, byte[] after, string name) =>
        Assert.Equal($"{name}\n{Seen(before)}", $"{name}\n{Seen(after)}");

    private static string Seen(byte[] octets)
    {
        var mail = ParsedMail.Open(MailContent.FromMemory(octets));
        var attachments = mail.Attachments.Select(attachment => $"{attachment.FileName}: {attachment.Sha256}");
        return string.Join(
            '|', mail.Subject, string.Join(",", mail.From.Select(Address)), string.Join(",", mail.To.Select(Address)), mail.Text?.TrimEnd(),
            mail.Html?.TrimEnd(), string.Join('|', attachments));
    }

    /// <summary>U-labels and A-labels are the same domain.</summary>
    private static string Address(MailboxAddress mailbox)
    {
        var at = mailbox.Address.LastIndexOf('@');
        return $"{mailbox.Name} <{mailbox.Address[..(at + 1)]}{DomainName.Canonical(mailbox.Address[(at + 1)..])}>";
    }

    private static Task<string> ConvertAsync(string mail) => ConvertAsync(Encoding.UTF8.GetBytes(mail));

    private static async Task<string> ConvertAsync(byte[] mail)
    {
        var octets = await ReadAsync(mail, default);
        Assert.True(OctetTraits.Of(octets).IsPlain);
        return Encoding.ASCII.GetString(octets);
    }

    private static async Task<byte[]> ReadAsync(byte[] mail, SevenBitTarget target)
    {
        var outcome = await OutcomeAsync(mail, SevenBitOptions.Default, target);
        Assert.Null(outcome.Problem);
        using var content = outcome.Content;
        Assert.True(content!.TryGetMemory(out var octets));
        return octets.ToArray();
    }

    private static async Task<string?> ProblemAsync(string mail, SevenBitOptions? options = null) =>
        (await OutcomeAsync(Encoding.UTF8.GetBytes(mail), options ?? SevenBitOptions.Default)).Problem;

    private static ValueTask<SevenBitOutcome> OutcomeAsync(byte[] mail, SevenBitOptions options, SevenBitTarget target = default) =>
        SevenBitMail.ConvertAsync(
            MailContent.FromMemory(mail), target, options, Path.GetTempPath(), TestContext.Current.CancellationToken);
}
