using System.Text;
using InboundBridge.Mime;
using InboundBridge.UnitTests.Mime.Reading;

namespace InboundBridge.UnitTests.Mime.Structure;

/// <summary>Headers that declare their bodies wrongly: each of these has only one sensible reading.</summary>
public class WrongStructureTests
{
    private const string Parts =
        "--b=1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\norder é 12\r\n--b=1\r\nContent-Type: application/pdf; name=o.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--b=1--\r\n";

    [Theory]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    public void A_multipart_whose_body_is_encoded_is_decoded_first(string encoding)
    {
        var mail =
            $"Content-Type: multipart/mixed; boundary=\"b=1\"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{Encoded(encoding, Parts)}";
        AssertOrder(mail);
        Assert.Contains("a multipart has a transfer encoding", Open(mail).Problems.Concat(Read(mail)));
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    public void A_multipart_that_only_declares_an_encoding_is_read_as_it_is(string encoding) =>
        AssertOrder($"Content-Type: multipart/mixed; boundary=\"b=1\"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{Parts}");

    [Theory]
    [InlineData("zzz")]
    [InlineData("'b=1'")]
    [InlineData("b=2")]
    public void A_boundary_that_the_body_does_not_use_hides_nothing(string declared)
    {
        AssertOrder($"Content-Type: multipart/mixed; boundary=\"{declared}\"\r\n\r\n{Parts}");
        AssertOrder($"Content-Type: multipart/mixed; boundary=\"{declared}\"\r\n\r\nThis is MIME.\r\n\r\n{Parts}");
        AssertOrder(
            $"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/mixed; boundary=\"{declared}\"\r\n\r\n{Parts}--o--\r\n");
    }

    [Theory]
    [InlineData("base64", "base64")]
    [InlineData("base64", "quoted-printable")]
    [InlineData("7bit", "base64")]
    public void An_encoded_multipart_inside_another(string outer, string inner)
    {
        var nested =
            $"--o\r\nContent-Type: multipart/mixed; boundary=\"b=1\"\r\nContent-Transfer-Encoding: {inner}\r\n\r\n{Encoded(inner, Parts)}\r\n--o--\r\n";
        AssertOrder($"Content-Type: multipart/mixed; boundary=o\r\nContent-Transfer-Encoding: {outer}\r\n\r\n{Encoded(outer, nested)}");
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    public void A_mail_in_a_mail_that_is_encoded_is_opened(string encoding)
    {
        var inner = $"Subject: inner\r\nContent-Type: multipart/mixed; boundary=\"b=1\"\r\n\r\n{Parts}";
        var mail = Open($"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{Encoded(encoding, inner)}");
        using var content = mail.Structure.OpenContent();
        using var decoded = new MemoryStream();
        content.CopyTo(decoded);
        var opened = MimeMessage.Open(MimeSource.FromMemory(decoded.ToArray()));
        Assert.Equal("inner", opened.Subject);
        Assert.Equal("o.pdf", Assert.Single(opened.Attachments).FileName);
    }

    [Fact]
    public void A_large_encoded_multipart_is_read_a_few_times_over_and_not_held()
    {
        var parts =
            string.Concat(
                Enumerable.Range(0, 60)
                    .Select(index => $"--b=1\r\nContent-Type: application/x; name=f{index}\r\n\r\n{new string('x', 20_000)}\r\n"))
                    + "--b=1--\r\n";
        var octets =
            Encoding.ASCII.GetBytes(
                $"Content-Type: multipart/mixed; boundary=\"b=1\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Encoded("base64", parts)}");
        using var source = new SlowSource(octets, 65_536, 65_536);
        var mail = MimeMessage.Open(source);
        Assert.Equal(60, mail.Attachments.Count);
        Assert.All(mail.Attachments, file => Assert.Equal(20_000, file.Size));
        Assert.True(source.OctetsRead <= 25 * source.Length, $"{source.OctetsRead} octets read of {source.Length}");
    }

    [Fact]
    public void Multiparts_encoded_in_each_other_end_at_a_depth()
    {
        var body = Parts;
        for (var level = 0; level < 8; level++)
            body = $"--b=1\r\nContent-Type: multipart/mixed; boundary=\"b=1\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Encoded("base64", body)}\r\n--b=1--\r\n";
        Assert.Contains(
            Read($"Content-Type: multipart/mixed; boundary=\"b=1\"\r\n\r\n{body}"), problem =>
            problem.Contains("encoded in each other", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Content-Type: text/html, charset=iso-8859-1", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: text/html,charset=iso-8859-1", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: text/html: charset=iso-8859-1", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: text\\html; charset=iso-8859-1", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: html; charset=iso-8859-1", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: Content-Type: text/html; charset=iso-8859-1", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: text/html;; charset = \"iso-8859-1\" ;", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: text/plain; charset=iso-8859-1, format=flowed", "text/plain", "iso-8859-1")]
    [InlineData("Content-Type: text/plain; charset=iso-8859-1,format=flowed", "text/plain", "iso-8859-1")]
    [InlineData("Content-Type: text/plain charset=iso-8859-1", "text/plain", "iso-8859-1")]
    [InlineData("Content-Type: text/plain; charset=\"iso-8859-1\", format=flowed", "text/plain", "iso-8859-1")]
    [InlineData("Content-Type:\r\nContent-Type: text/html; charset=iso-8859-1", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: text/html; charset=iso-8859-1\r\nContent-Type:", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: text/html; charset=iso-8859-1\r\nContent-Type: multipart/mixed; boundary=absent", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: multipart/mixed; boundary=absent\r\nContent-Type: text/html; charset=iso-8859-1", "text/html", "iso-8859-1")]
    [InlineData("Content-Type: text/html; charset=; charset=iso-8859-1", "text/html", "iso-8859-1")]
    public void A_type_that_is_written_oddly_is_read(string fields, string type, string charset)
    {
        var mail = Open($"{fields}\r\n\r\nGrüße");
        Assert.Equal(type, mail.Structure.ContentType.MediaType);
        Assert.Equal(charset, mail.Structure.ContentType.Parameter("charset"));
        Assert.Equal("Grüße", mail.Text);
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=\"b=1\"\r\nContent-Type: text/plain")]
    [InlineData("Content-Type: multipart/mixed; boundary=other\r\nContent-Type: multipart/mixed; boundary=\"b=1\"")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"; boundary=\"b=1\"")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"")]
    [InlineData("Content-Type: multipart/mixed; boundary='b=1'")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"B=1\"")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"b=1\"\"")]
    [InlineData("Content-Type: Content-Type: multipart/mixed; boundary=\"b=1\"")]
    [InlineData("Content-Type: multipart/mixed")]
    [InlineData("Content-Type: multipart/mixed, boundary=\"b=1\"")]
    [InlineData("Content-Type: multipart/mixed; charset=utf-8, boundary=\"b=1\"")]
    public void The_body_decides_which_boundary_counts(string fields) => AssertOrder($"{fields}\r\n\r\n{Parts}");

    [Theory]
    [InlineData("Content-Transfer-Encoding:\r\nContent-Transfer-Encoding: base64")]
    [InlineData("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding:")]
    [InlineData("Content-Transfer-Encoding: nonsense\r\nContent-Transfer-Encoding: base64")]
    [InlineData("Content-Transfer-Encoding: base64; charset=utf-8")]
    [InlineData("Content-Transfer-Encoding: base64, 8bit")]
    [InlineData("Content-Transfer-Encoding: \"BASE-64\"")]
    public void An_encoding_that_is_written_oddly_is_read(string fields) =>
        Assert.Equal("Hello", Open($"{fields}\r\n\r\nSGVsbG8=\r\n").Text);

    [Theory]
    [InlineData("SGVsbG8=\r\n\r\nThis mail was scanned.\r\n", "Hello")]
    [InlineData("SGVsbG8=\r\nThis mail was scanned.\r\n", "Hello")]
    [InlineData("SGVsbG8=\r\n_______________\r\nList footer\r\n", "Hello")]
    [InlineData("SGVsbG8h\r\n\r\nThis mail was scanned.\r\n", "Hello!")]
    [InlineData("SGVsbG8=\r\n\r\nRegards\r\n", "Hello")]
    [InlineData("SGVsbG8=SGVsbG8h\r\n", "HelloHello!")]
    [InlineData("SGVsbG8=\r\nSGVsbG8h\r\n", "HelloHello!")]
    [InlineData("SGVs\r\n\r\nbG8h\r\n", "Hello!")]
    [InlineData("SGVsb\r\n\r\nG8h\r\n", "Hello!")]
    [InlineData("\r\n\r\nSGVsbG8h\r\n\r\n\r\n", "Hello!")]
    public void Text_after_base64_is_left_out(string body, string expected)
    {
        Assert.Equal(expected, Open($"Content-Transfer-Encoding: base64\r\n\r\n{body}").Text);
        using var source = new SlowSource(Encoding.ASCII.GetBytes($"Content-Transfer-Encoding: base64\r\n\r\n{body}"), 1, 64);
        Assert.Equal(expected, MimeMessage.Open(source).Text);
    }

    [Theory]
    [InlineData("7bit", "base64", "SGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IGVuY29kZWQu", "Hello world, this is base64 encoded.")]
    [InlineData("7bit", "base64", "This is not.", "This is not.")]
    [InlineData("base64", "7bit", "SGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IGVuY29kZWQu", "Hello world, this is base64 encoded.")]
    public void The_body_decides_which_of_two_encodings_counts(string first, string second, string body, string expected) =>
        Assert.Equal(
            expected, Open($"Content-Transfer-Encoding: {first}\r\nContent-Transfer-Encoding: {second}\r\n\r\n{body}\r\n").Text!.TrimEnd());

    [Fact]
    public void An_empty_multipart_does_not_consume_the_delimiters_of_the_enclosing_one()
    {
        var mail =
            Open("Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--o\r\nContent-Type: text/plain\r\n\r\nx\r\n--o--\r\n");
        Assert.Equal(("x", 2), (mail.Text, mail.Structure.Parts.Count));
    }

    [Theory]
    [InlineData("Hello, this is no base64.\r\n", "Hello, this is no base64.")]
    [InlineData("<p>Hello there</p>\r\n", "<p>Hello there</p>")]
    [InlineData("SGVs bG8h\r\n", "Hello!")]
    [InlineData("SGVsbG8h \r\n", "Hello!")]
    public void A_text_that_only_declares_base64_is_read_as_it_is(string body, string expected) =>
        Assert.Equal(expected, Open($"Content-Transfer-Encoding: base64\r\n\r\n{body}").Text!.TrimEnd());

    [Theory]
    [InlineData("attachment; filename=\"the \"best\" one.pdf\"", "the _best_ one.pdf")]
    [InlineData("attachment; filename=\"the \"best\" one.pdf\"; size=12", "the _best_ one.pdf")]
    [InlineData("attachment; filename=\"the \\\"best\\\" one.pdf\"", "the _best_ one.pdf")]
    [InlineData("attachment; filename=\"one.pdf\" size=12", "one.pdf")]
    [InlineData("attachment; filename=\"one.pdf\", size=12", "one.pdf")]
    [InlineData("attachment, filename=\"one.pdf\"", "one.pdf")]
    [InlineData("attachment; filename=one.pdf, size=12", "one.pdf")]
    [InlineData("attachment; filename=\"one, two.pdf\"", "one, two.pdf")]
    [InlineData("attachment; filename=one, two.pdf", "one, two.pdf")]
    [InlineData("attachment; filename=\"one.pdf", "one.pdf")]
    [InlineData("attachment; filename=\"\"one.pdf\"\"", "_one.pdf_")]
    [InlineData("\r\nContent-Disposition: attachment; filename=one.pdf", "one.pdf")]
    public void A_file_name_that_is_written_oddly_is_read(string disposition, string name) =>
        Assert.Equal(
            name, Assert.Single(
                Open($"Content-Type: application/pdf\r\nContent-Disposition: {disposition}\r\n\r\nx").Attachments).FileName);

    [Theory]
    [InlineData("Subject:\r\nSubject: s\r\nDate:\r\nDate: Mon, 2 Nov 2026 09:12:13 +0000\r\nMessage-ID:\r\nMessage-ID: <a@b>")]
    [InlineData("Subject: s\r\nSubject:\r\nDate: Mon, 2 Nov 2026 09:12:13 +0000\r\nDate:\r\nMessage-ID: <a@b>\r\nMessage-ID:")]
    public void An_empty_field_does_not_hide_another_one(string fields)
    {
        var mail = Open($"{fields}\r\n\r\nx");
        Assert.Equal(("s", "a@b", 2026), (mail.Subject, mail.MessageId, mail.Date?.Year));
    }

    private static void AssertOrder(string mail)
    {
        foreach (var limit in new[] { int.MaxValue, 50 })
        {
            using var source = new SlowSource(Encoding.UTF8.GetBytes(mail), limit, 64);
            var message = MimeMessage.Open(source);
            Assert.Equal("order é 12", message.Text);
            var file = Assert.Single(message.Attachments);
            Assert.Equal(("o.pdf", 5L), (file.FileName, file.Size));
        }
    }

    private static IReadOnlyList<string> Read(string text)
    {
        var mail = Open(text);
        _ = mail.Attachments;
        return mail.Problems;
    }

    private static MimeMessage Open(string text) =>
        MimeMessage.Open(
            MimeSource.FromMemory(
                Encoding.Latin1.GetBytes(text) is var octets && text.Contains('ü', StringComparison.Ordinal)
                ? octets : Encoding.UTF8.GetBytes(text)));

    private static string Encoded(string encoding, string text) => encoding switch
    {
        "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks) + "\r\n",
        "quoted-printable" =>
        string.Concat(
            Encoding.UTF8.GetBytes(text).Select(octet => octet is (byte)'=' or > 126 ? $"={octet:X2}" : ((char)octet).ToString())),
        _ => text,
    };
}
