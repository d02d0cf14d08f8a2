using InboundBridge.Operations.Reading;
using InboundBridge.Ui.Pages.Playground;

namespace InboundBridge.UnitTests.Host.Ui.Pages;

/// <summary>Small texts of pages: the lines around a problem of a rule file, and the height of a mail's frame.</summary>
public sealed class RuleExcerptTests
{
    [Fact]
    public void A_problem_is_marked_below_its_column()
    {
        var excerpt = RuleExcerpt.Of("one\ntwo\n  then: [ webhok: x ]\nfour\nfive\nsix", new RuleProblemLine(3, 11, "unknown", false));
        Assert.Equal("  1 │ one\n  2 │ two\n▶ 3 │   then: [ webhok: x ]\n    │           ▲\n  4 │ four\n  5 │ five\n", excerpt);
        Assert.Null(RuleExcerpt.Of("one", new RuleProblemLine(0, 0, "the file", false)));
        Assert.Null(RuleExcerpt.Of("one", new RuleProblemLine(9, 1, "elsewhere", false)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Hi", 1)]
    [InlineData("<p>one</p><p>two</p>", 4)]
    [InlineData("<style>p { color: red }</style><h1>x</h1>", 3)]
    [InlineData("<img src=\"cid:a\">", 8)]
    [InlineData("<img src=\"https://tracker.test/x.gif\">", 0)]
    [InlineData("a < b", 1)]
    public void Html_is_measured_in_lines(string html, int rows) => Assert.Equal(rows, HtmlRows.Of(html));

    [Fact]
    public void Long_html_is_as_high_as_a_screen()
    {
        Assert.Equal(HtmlRows.Most, HtmlRows.Of(string.Concat(Enumerable.Repeat("<tr><td>x</td></tr>", 10_000))));
        Assert.Equal(HtmlRows.Most, HtmlRows.Of(new string('x', 1_000_000)));
        Assert.Equal(0, HtmlRows.Of(new string('<', 1_000_000)));
    }
}
