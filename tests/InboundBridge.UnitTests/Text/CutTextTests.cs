using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Rules.Templates;
using InboundBridge.Text;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Text;

/// <summary>A cut leaves no half of a surrogate pair behind.</summary>
public sealed class CutTextTests
{
    [Theory]
    [InlineData("", 3, "", "", "")]
    [InlineData("abc", 3, "abc", "abc", "abc")]
    [InlineData("abcd", 3, "abc", "ab…", "abc…")]
    [InlineData("ab\U0001f600", 4, "ab\U0001f600", "ab\U0001f600", "ab\U0001f600")]
    [InlineData("ab\U0001f600x", 4, "ab\U0001f600", "ab…", "ab\U0001f600…")]
    [InlineData("ab\U0001f600", 3, "ab", "ab…", "ab…")]
    [InlineData("a\U0001f600b", 3, "a\U0001f600", "a…", "a\U0001f600…")]
    [InlineData("\U0001f600", 1, "", "…", "…")]
    public void At_a_number_of_characters(string text, int most, string cut, string withEllipsis, string thenEllipsis) =>
        Assert.Equal(
            (cut, withEllipsis, thenEllipsis),
            (CutText.At(text, most), CutText.WithEllipsis(text, most), CutText.ThenEllipsis(text, most)));

    /// <summary>What the spool keeps, what senders are told, and what rules show: each with a pair where it is cut.</summary>
    [Fact]
    public void Texts_that_are_kept_or_shown_end_before_a_pair_that_has_no_room()
    {
        string[] cut =
        [
            DeliveryReply.FromText(Filled(DeliveryReply.LongestText)).Cut().Text,
            new CircuitView("hook", "n", default, default, 1, Filled(CircuitView.LongestReason)).Cut().Reason,
            ShownText.Cut(Filled(ShownText.Longest)).TrimEnd('…'),
            TemplateEscape.Escape(Filled(2000), TemplateContext.Header),
        ];
        Assert.All(cut, text => Assert.DoesNotContain(text, char.IsSurrogate));
        Assert.Equal([499, 299, 199, 1999], cut.Select(text => text.Length));
    }

    private static string Filled(int most) => new string('x', most - 1) + "\U0001f600";
}
