using System.Text;
using InboundBridge.Mime.Encodings;

namespace InboundBridge.UnitTests.Mime.Encodings;

public class TransferDecoderTests
{
    [Theory]
    [InlineData("QUJD", "ABC")]
    [InlineData("QUJD\r\nREVG", "ABCDEF")]
    [InlineData("QQ==", "A")]
    [InlineData("QQ", "A")]
    [InlineData("QUI", "AB")]
    [InlineData("Q U\tJ\nD", "ABC")]
    [InlineData("Q!U*J(D", "ABC")]
    [InlineData("QQ==QUJD", "AABC")]
    [InlineData("QUJD=====", "ABC")]
    [InlineData("QUJDR", "ABC")]
    [InlineData("\r\n\r\nQUJD\r\n\r\n", "ABC")]
    [InlineData("", "")]
    public void Base64(string encoded, string expected) => Assert.Equal(expected, Decode(new Base64Decoder(), encoded));

    [Theory]
    [InlineData("a=20b", "a b")]
    [InlineData("a=\r\nb", "ab")]
    [InlineData("a=\nb", "ab")]
    [InlineData("a= \t\r\nb", "ab")]
    [InlineData("a  \r\nb\t\r\n", "a\r\nb\r\n")]
    [InlineData("a=c3=A9", "aÃ©")]
    [InlineData("a=zzb", "a=zzb")]
    [InlineData("a=4", "a=4")]
    [InlineData("a=", "a")]
    [InlineData("a=4zb", "a=4zb")]
    [InlineData("a==41", "a=A")]
    [InlineData("a=\rb", "ab")]
    [InlineData("a\rb", "a\rb")]
    [InlineData("a b  c", "a b  c")]
    [InlineData("a=20 \r\nb", "a \r\nb")]
    [InlineData("x  ", "x")]
    public void QuotedPrintable(string encoded, string expected) => Assert.Equal(expected, Decode(new QuotedPrintableDecoder(), encoded));

    [Theory]
    [InlineData("begin 644 cat.txt\n#0V%T\n`\nend\n", "Cat")]
    [InlineData("begin 644 cat.txt\r\n#0V%T\r\n \r\nend\r\n", "Cat")]
    [InlineData("text before\nbegin 644 x\n#0V%T\n`\nend\ntext after\n", "Cat")]
    public void Uuencode(string encoded, string expected) => Assert.Equal(expected, Decode(new UuDecoder(), encoded));

    private static string Decode(TransferDecoder decoder, string encoded) =>
        Encoding.Latin1.GetString(DecoderRun.All(decoder, Encoding.Latin1.GetBytes(encoded), int.MaxValue));
}
