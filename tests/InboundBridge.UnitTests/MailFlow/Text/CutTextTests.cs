using InboundBridge.MailFlow.Text;

namespace InboundBridge.UnitTests.MailFlow.Text;

/// <summary>A cut leaves no half of a surrogate pair behind.</summary>
public sealed class CutTextTests
{
    [Theory]
    [InlineData("", 3, "", "")]
    [InlineData("abc", 3, "abc", "abc")]
    [InlineData("abcd", 3, "abc", "ab…")]
    [InlineData("ab\U0001f600", 4, "ab\U0001f600", "ab\U0001f600")]
    [InlineData("ab\U0001f600x", 4, "ab\U0001f600", "ab…")]
    [InlineData("ab\U0001f600", 3, "ab", "ab…")]
    [InlineData("a\U0001f600b", 3, "a\U0001f600", "a…")]
    [InlineData("\U0001f600", 1, "", "…")]
    public void At_a_number_of_characters(string text, int most, string cut, string withEllipsis) =>
        Assert.Equal((cut, withEllipsis), (CutText.At(text, most), CutText.WithEllipsis(text, most)));
}
