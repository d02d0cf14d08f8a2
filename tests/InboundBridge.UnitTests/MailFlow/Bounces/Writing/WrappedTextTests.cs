using InboundBridge.MailFlow.Bounces.Writing;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Writing;

public class WrappedTextTests
{
    [Theory]
    [InlineData("", 10, "")]
    [InlineData("one two  three", 10, "> one two|> three")]
    [InlineData("abcdefghijkl m", 10, "> abcdefgh|> ijkl m")]
    [InlineData("abcdefg😀x", 10, "> abcdefg|> 😀x")]
    public void Lines_are_no_longer_than_the_width(string text, int width, string expected) =>
        Assert.Equal(expected, string.Join('|', WrappedText.Lines(text, "> ", width)));

    [Fact]
    public void A_word_that_must_stay_whole_has_a_line_of_its_own() =>
        Assert.Equal(["a", "abcdefghijkl", "b"], WrappedText.Lines("a abcdefghijkl b", "", 5, longestWord: 20));
}
