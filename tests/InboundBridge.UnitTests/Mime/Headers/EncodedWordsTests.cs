using System.Text;
using InboundBridge.Mime.Headers;

namespace InboundBridge.UnitTests.Mime.Headers;

public class EncodedWordsTests
{
    [Theory]
    [InlineData("=?iso-8859-1?Q?Andr=E9?= x", "André x")]
    [InlineData("=?utf-8?B?w6k=?=", "é")]
    [InlineData("=?UTF-8?b?w6k?=", "é")]
    [InlineData("=?utf-8?q?a_b?=", "a b")]
    [InlineData("=?utf-8?q?a b?=", "a b")]
    [InlineData("=?utf-8?Q?one?= =?utf-8?Q?two?=", "onetwo")]
    [InlineData("=?utf-8?Q?one?=\r\n =?utf-8?Q?two?=", "onetwo")]
    [InlineData("=?utf-8?Q?one?= and =?utf-8?Q?two?=", "one and two")]
    [InlineData("=?utf-8?Q?one?==?utf-8?Q?two?=", "onetwo")]
    [InlineData("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é")]
    [InlineData("=?utf-8?B?ww==?= =?utf-8?B?qQ==?=", "é")]
    [InlineData("=?utf-8*en?Q?x?=", "x")]
    [InlineData("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本")]
    [InlineData("=?gb2312?B?1tC5+g==?=", "中国")]
    [InlineData("=?unknown-charset?Q?=E9?=", "é")]
    [InlineData("=?us-ascii?Q?=C3=A9?=", "é")]
    [InlineData("=?utf-8?Q?=41?=", "A")]
    [InlineData("=?utf-8?Q??=", "")]
    [InlineData("=?utf-8?X?abc?=", "=?utf-8?X?abc?=")]
    [InlineData("=?utf-8?Q?never closed", "=?utf-8?Q?never closed")]
    [InlineData("=?utf-8?Q?a =?utf-8?Q?b?=", "=?utf-8?Q?a b")]
    [InlineData("=?utf-8?Q?=ZZ=4?=", "=ZZ=4")]
    [InlineData("a =? b ?= c", "a =? b ?= c")]
    [InlineData("=?utf-8?Q?a=0D=0AX-Injected:_b?=", "a  X-Injected: b")]
    [InlineData("\u65e5\u672c raw", "日本 raw")]
    public void Values_are_decoded(string raw, string expected) => Assert.Equal(expected, HeaderText.Decode(Encoding.UTF8.GetBytes(raw)));

    [Fact]
    public void Raw_octets_that_are_not_utf8_are_guessed() =>
        Assert.Equal("Grüße", HeaderText.Decode([(byte)'G', (byte)'r', 0xFC, 0xDF, (byte)'e']));

    [Theory]
    [InlineData("a\r\n b", "a b")]
    [InlineData("a\r\n\tb", "a b")]
    [InlineData(" a \r\n", "a")]
    [InlineData("a\0b", "a b")]
    public void Folds_become_a_space(string raw, string expected) =>
        Assert.Equal(expected, HeaderText.Unfold(Encoding.ASCII.GetBytes(raw)));
}
