using InboundBridge.MailFlow.Bounces;

namespace InboundBridge.UnitTests.MailFlow.Bounces;

public class ShownTextTests
{
    [Theory]
    [InlineData("550 5.1.1 no", "550 5.1.1 no")]
    [InlineData("ユーザー不明 😀", "ユーザー不明 😀")]
    [InlineData("a\r\nb\0c\td", "a??b?c?d")]
    [InlineData("\u202Eexe\u2028\u200B\uFEFF\u009B", "?exe????")]
    [InlineData("\uE000\uFFFF", "??")]
    public void Only_what_is_seen_stays(string text, string expected)
    {
        Assert.Equal(expected, ShownText.Clean(text));
        Assert.Equal(text == expected, ShownText.IsClean(text));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("a\uFFFDb", ShownText.Clean("a\ud800b"));
}
