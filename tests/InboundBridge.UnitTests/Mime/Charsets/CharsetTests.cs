using System.Text;
using InboundBridge.Mime.Charsets;

namespace InboundBridge.UnitTests.Mime.Charsets;

public class CharsetTests
{
    [Theory]
    [InlineData("utf-8", "é日")]
    [InlineData("UTF8", "é日")]
    [InlineData("iso-8859-2", "ąćę")]
    [InlineData("ISO_8859-2:1987", "ąćę")]
    [InlineData("iso8859-15", "€")]
    [InlineData("cp1251", "Привет")]
    [InlineData("windows1251", "Привет")]
    [InlineData("win-1251", "Привет")]
    [InlineData("koi8-r", "Привет")]
    [InlineData("koi8-u", "їжак")]
    [InlineData("shift-jis", "日本")]
    [InlineData("x-sjis", "日本")]
    [InlineData("euc-jp", "日本")]
    [InlineData("iso-2022-jp", "日本")]
    [InlineData("big5", "中國")]
    [InlineData("gb2312", "中国")]
    [InlineData("gb18030", "中国")]
    [InlineData("hz-gb-2312", "中国")]
    [InlineData("ks_c_5601-1987", "한국")]
    [InlineData("euc-kr", "한국")]
    [InlineData("iso-2022-kr", "한국")]
    [InlineData("tis-620", "ไทย")]
    [InlineData("windows-874", "ไทย")]
    [InlineData("iso-8859-8-i", "שלום")]
    [InlineData("windows-1256", "سلام")]
    [InlineData("utf-16le", "é日")]
    [InlineData("macintosh", "é")]
    [InlineData("ibm850", "é")]
    [InlineData("cp437", "é")]
    public void Charset_names_of_mail_are_understood(string name, string text)
    {
        var encoding = CharsetNames.Find(name);
        Assert.NotNull(encoding);
        Assert.Equal(text, CharsetText.Decode(encoding.GetBytes(text), name, null));
    }

    [Theory]
    [InlineData("A+ImIDkQ.", "A≢Α.")]
    [InlineData("Hi Mom -+Jjo--!", "Hi Mom -☺-!")]
    [InlineData("+ZeVnLIqe-", "日本語")]
    [InlineData("1 +- 1", "1 + 1")]
    public void Utf7_is_read(string octets, string text) =>
        Assert.Equal(text, CharsetText.Decode(Encoding.ASCII.GetBytes(octets), "utf-7", null));

    [Theory]
    [InlineData("windows-1252", "Grüße aus Köln, schöne Straße")]
    [InlineData("windows-1252", "Une journée très agréable à la mer, déjà vu")]
    [InlineData("windows-1251", "Добрый день, это обычный русский текст письма")]
    [InlineData("koi8-r", "Добрый день, это обычный русский текст письма")]
    [InlineData("windows-1250", "Dzień dobry, proszę o przesłanie części zamówienia, żółw źle śpi")]
    [InlineData("iso-8859-2", "Dzień dobry, proszę o przesłanie części zamówienia, żółw źle śpi")]
    [InlineData("windows-1253", "Καλημέρα, αυτό είναι ένα ελληνικό κείμενο")]
    [InlineData("windows-1254", "İyi günler, bu Türkçe bir metin, şöyle yazılmış ığ")]
    [InlineData("windows-1255", "שלום לכולם, זה טקסט בעברית")]
    [InlineData("windows-1256", "السلام عليكم هذا نص باللغة العربية")]
    [InlineData("windows-874", "สวัสดีครับ นี่คือข้อความภาษาไทย")]
    [InlineData("shift_jis", "こんにちは、これは日本語のテキストです")]
    [InlineData("euc-jp", "こんにちは、これは日本語のテキストです")]
    [InlineData("gb18030", "你好，这是一封中文邮件，请查收，谢谢")]
    [InlineData("big5", "您好，這是一封中文郵件，請查收，謝謝")]
    [InlineData("ks_c_5601-1987", "안녕하세요, 이것은 한국어 메일입니다")]
    public void An_undeclared_charset_is_guessed(string charset, string text) =>
        Assert.Equal(text, CharsetText.Decode(CharsetNames.Find(charset)!.GetBytes(text), null, null));

    [Theory]
    [InlineData("us-ascii")]
    [InlineData("iso-8859-1")]
    [InlineData("no-such-charset")]
    [InlineData(null)]
    public void Utf8_with_another_label_is_utf8(string? label) =>
        Assert.Equal("Grüße – schön", CharsetText.Decode("Grüße – schön"u8, label, null));

    [Fact]
    public void A_byte_order_mark_wins() =>
        Assert.Equal("é", CharsetText.Decode([0xFF, 0xFE, 0xE9, 0x00], "utf-8", null));

    [Theory]
    [InlineData("unknown")]
    [InlineData("x-user-defined-99")]
    [InlineData("12")]
    [InlineData("cp99999")]
    public void Unknown_names_are_unknown(string name) => Assert.Null(CharsetNames.Find(name));
}
