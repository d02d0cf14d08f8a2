using System.Text;
using InboundBridge.Mime;
using InboundBridge.Mime.Charsets;

namespace InboundBridge.UnitTests.Mime.Charsets;

/// <summary>Mails whose declared charset contradicts their octets.</summary>
public class WrongCharsetTests
{
    public static TheoryData<string, string> Labels
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/charsets/labels.txt"))
                .Where(line => line.Length > 0 && line[0] != '#'))
                data.Add(line.Split('\t')[0], line.Split('\t')[1]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Labels))]
    public void A_label_with_debris_is_read(string label, string charset) =>
        Assert.Equal(charset == "-" ? null : CharsetNames.Find(charset)!.WebName, CharsetNames.Find(label)?.WebName);

    [Theory]
    [InlineData("iso-8859-2", "Łukasz Żółty")]
    [InlineData("windows-1250", "Jiří Dvořák")]
    [InlineData("iso-8859-9", "Işık Yılmaz")]
    [InlineData("shift_jis", "山田太郎")]
    [InlineData("euc-jp", "山田太郎")]
    [InlineData("euc-kr", "홍길동")]
    [InlineData("gb2312", "王小明")]
    [InlineData("big5", "王小明")]
    [InlineData("koi8-r", "Иван Петров")]
    [InlineData("windows-1251", "Ия")]
    [InlineData("windows-1253", "Νίκος")]
    [InlineData("iso-8859-1", "Æ Ø")]
    [InlineData("windows-1257", "Ąžuolas")]
    [InlineData("iso-8859-15", "Œuvre")]
    public void Raw_names_and_subjects_are_in_the_charset_of_the_text(string charset, string name)
    {
        var encoding = CharsetNames.Find(charset)!;
        var alone =
            $"From: {name} <al@example.com>\r\nSubject: {name}\r\nX-Other: {name}\r\nContent-Type: text/plain; charset=\"{charset}\"\r\n\r\n{name}\r\n";
        var inside =
            $"From: {name} <al@example.com>\r\nSubject: {name}\r\nX-Other: {name}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset={charset}\r\n\r\n{name}\r\n"
            + $"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"{name}.pdf\"\r\n\r\nx\r\n--b--\r\n";
        foreach (var mail in new[] { alone, inside }.Select(text => MimeMessage.Open(MimeSource.FromMemory(encoding.GetBytes(text)))))
        {
            Assert.Equal(name, mail.From[0].Name);
            Assert.Equal("al@example.com", mail.From[0].Address);
            Assert.Equal(name, mail.Subject);
            Assert.Equal(name, mail.Header("X-Other"));
            Assert.Equal(name, mail.Text!.TrimEnd());
            Assert.All(mail.Attachments, file => Assert.Equal(name + ".pdf", file.FileName));
        }
    }

    [Theory]
    [InlineData("iso-8859-1", "Grüße aus Łódź")]
    [InlineData("shift_jis", "Grüße aus Łódź")]
    [InlineData("us-ascii", "Grüße aus Łódź")]
    public void Valid_UTF_8_needs_no_declaration(string charset, string subject) =>
        Assert.Equal(
            subject, Open(Encoding.UTF8.GetBytes($"Subject: {subject}\r\nContent-Type: text/plain; charset={charset}\r\n\r\nx")).Subject);

    [Theory]
    [InlineData("utf-8", "windows-1252", "Grüße an Müller")]
    [InlineData("shift_jis", "windows-1252", "Grüße an Müller")]
    [InlineData("iso-8859-2", "windows-1252", "“Grüße” an Müller")]
    [InlineData("nonsense", "windows-1252", "Grüße an Müller")]
    public void A_charset_that_the_octets_contradict_does_not_count(string declared, string real, string subject)
    {
        var octets = CharsetNames.Find(real)!.GetBytes($"Subject: {subject}\r\nContent-Type: text/plain; charset={declared}\r\n\r\nx");
        Assert.Equal(subject, Open(octets).Subject);
    }

    [Theory]
    [InlineData("_iso-2022-jp$ESC")]
    [InlineData("iso-2022-jp")]
    [InlineData("utf-8")]
    [InlineData("iso-8859-1")]
    [InlineData("us-ascii")]
    [InlineData("shift_jis")]
    [InlineData("x-unknown")]
    public void Japanese_escapes_are_read_under_any_label(string label)
    {
        var octets =
            Encoding.ASCII.GetBytes(
                $"Subject: \u001b$BF|K\\8l\u001b(B\r\nContent-Type: text/plain; charset=\"{label}\"\r\n\r\n\u001b$BF|K\\8l\u001b(B\r\n");
        Assert.Equal("日本語", Open(octets).Subject);
        Assert.Equal("日本語\n", Open(octets).Text);
        Assert.True(Reading.Utf8Reading.IsTheSame(octets, MimeLimits.Default) != false);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16le")]
    [InlineData("utf-32")]
    public void Octets_without_zeros_are_not_wide(string label) =>
        Assert.Equal("plain é\n", Open(Encoding.UTF8.GetBytes($"Content-Type: text/plain; charset={label}\r\n\r\nplain é\r\n")).Text);

    [Theory]
    [InlineData("=?_iso-2022-jp$ESC?B?GyRCRnxLXDhsGyhC?=", "日本語")]
    [InlineData("=?\"utf-8\"?Q?Gr=C3=BC=C3=9Fe?=", "Grüße")]
    [InlineData("=?utf-8;?Q?Gr=C3=BC=C3=9Fe?=", "Grüße")]
    [InlineData("=?utf8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße")]
    [InlineData("=?cp-1252?Q?Gr=FC=DFe?=", "Grüße")]
    [InlineData("=?us-ascii?Q?Gr=C3=BC=C3=9Fe?=", "Grüße")]
    [InlineData("=?iso-8859-1?Q?Gr=C3=BC=C3=9Fe?=", "Grüße")]
    [InlineData("=?utf-8?Q?Gr=FC=DFe_an_M=FCller?=", "Grüße an Müller")]
    public void An_encoded_word_with_such_a_label_is_read(string subject, string expected) =>
        Assert.Equal(expected, Open(Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\nx")).Subject);

    [Theory]
    [InlineData("gb18030", "你好，请问这个订单什么时候发货？谢谢")]
    [InlineData("windows-1251", "Добрый день, это письмо написано по-русски.")]
    [InlineData("koi8-r", "Добрый день, это письмо написано по-русски.")]
    [InlineData("windows-1253", "Καλημέρα σας, πού είναι η παραγγελία μου;")]
    [InlineData("windows-1252", "Überärgerlich: Ärger über Öl, Äpfel, Übungen; déjà vu à Besançon.")]
    public void A_western_label_on_text_that_is_hardly_western_does_not_count(string real, string text) =>
        Assert.Equal(
            text, Open(
                [.. Encoding.ASCII.GetBytes("Content-Type: text/plain; charset=iso-8859-1\r\n\r\n"),
                    .. CharsetNames.Find(real)!.GetBytes(text)]).Text);

    [Fact]
    public void Text_that_is_not_in_its_charset_at_all_is_guessed()
    {
        var octets =
            CharsetNames.Find("windows-1251")!.GetBytes(
                "Content-Type: text/plain; charset=shift_jis\r\n\r\nДобрый день, это письмо написано по-русски.\r\n");
        Assert.Equal("Добрый день, это письмо написано по-русски.\n", Open(octets).Text);
        Assert.Contains(Read(octets), problem => problem.Contains("shift_jis", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Read(byte[] octets)
    {
        var mail = Open(octets);
        _ = mail.Text;
        return mail.Problems;
    }

    private static MimeMessage Open(byte[] octets) => MimeMessage.Open(MimeSource.FromMemory(octets));

    [Theory]
    [InlineData("<meta charset=windows-1250>")]
    [InlineData("<META CHARSET='Windows-1250'/>")]
    [InlineData("<meta name=x content=y><meta http-equiv=Content-Type content=\"text/html; charset=windows-1250\">")]
    public void Html_without_a_declared_charset_may_declare_its_own(string meta)
    {
        foreach (var type in new[] { "text/html", "text/html; format=flowed" })
        {
            var octets =
                CharsetNames.Find("windows-1250")!.GetBytes(
                    $"Content-Type: {type}\r\n\r\n<html><head>{meta}</head><body>Jiří</body></html>\r\n");
            Assert.Equal("Jiří", MimeMessage.Open(MimeSource.FromMemory(octets)).Text!.Trim());
        }
    }

    [Theory]
    [InlineData("<meta charset=utf-16>")]
    [InlineData("<meta charset=nonsense>")]
    [InlineData("<meta charset=windows-1250")]
    public void A_useless_declaration_of_html_is_replaced_by_a_guess(string meta)
    {
        var octets =
            Encoding.Latin1.GetBytes(
                $"Content-Type: text/html\r\n\r\n<html><head>{meta}</head><body><p>Grüße aus Köln</p></body></html>\r\n");
        Assert.Contains("Köln", MimeMessage.Open(MimeSource.FromMemory(octets)).Html, StringComparison.Ordinal);
    }
}
