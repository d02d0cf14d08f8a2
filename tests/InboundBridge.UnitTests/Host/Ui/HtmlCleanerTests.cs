using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using InboundBridge.Operations.Reading;
using InboundBridge.Ui.MailHtml;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>The HTML of strangers: nothing of it runs, submits or loads.</summary>
public sealed class HtmlCleanerTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<svg><script>alert(1)</script></svg>")]
    [InlineData("<svg onload=alert(1)>")]
    [InlineData("<math><mi xlink:href='javascript:alert(1)'>x</mi></math>")]
    [InlineData("<iframe srcdoc='<script>alert(1)</script>'></iframe>")]
    [InlineData("<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>")]
    [InlineData("<a href='javascript:alert(1)'>x</a>")]
    [InlineData("<a href='java\tscript:alert(1)'>x</a>")]
    [InlineData("<a href=' &#1;javascript:alert(1)'>x</a>")]
    [InlineData("<a href='data:text/html,<script>alert(1)</script>'>x</a>")]
    [InlineData("<form action='https://evil.test'><button formaction='javascript:alert(1)'>x</button></form>")]
    [InlineData("<meta http-equiv=refresh content='0;url=https://evil.test'>")]
    [InlineData("<base href='https://evil.test/'>")]
    [InlineData("<link rel=stylesheet href='https://evil.test/x.css'>")]
    [InlineData("<style>@import 'https://evil.test/x.css';</style>")]
    [InlineData("<p style=\"background:url(https://evil.test/x)\">x</p>")]
    [InlineData("<p style=\"background-image:url('javascript:alert(1)')\">x</p>")]
    [InlineData("<p style=\"width:expression(alert(1))\">x</p>")]
    [InlineData("<img src='https://evil.test/x.gif'>")]
    [InlineData("<img srcset='https://evil.test/x.gif 1x'>")]
    [InlineData("<table background='https://evil.test/x.gif'><tr><td>x</td></tr></table>")]
    [InlineData("<video src='https://evil.test/x.mp4' poster='https://evil.test/x.gif'></video>")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">")]
    [InlineData("<template><script>alert(1)</script></template>")]
    [InlineData("<plaintext><script>alert(1)</script>")]
    [InlineData("<!--[if IE]><script>alert(1)</script><![endif]-->")]
    public void Nothing_hostile_survives(string html)
    {
        var shown = new HtmlParser().ParseDocument(MailFrame.Of(Clean(html))).Body!;
        foreach (var element in shown.QuerySelectorAll("*"))
        {
            Assert.DoesNotContain(element.LocalName, Gone);
            foreach (var attribute in element.Attributes)
            {
                Assert.False(attribute.Name.StartsWith("on", StringComparison.Ordinal), attribute.Name);
                if (attribute.Name != "title")
                    Assert.DoesNotMatch("(?i)javascript:|evil.test|expression|data:text", attribute.Value);
            }
        }
    }

    private static readonly string[] Gone =
        ["script", "iframe", "object", "embed", "form", "button", "input", "base", "meta", "link", "style", "svg", "video", "template"];

    [Theory]
    [InlineData("<p style=\"color: red\">x</p>", "<p style=\"color: rgba(255, 0, 0, 1)\">x</p>")]
    [InlineData("<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>")]
    [InlineData("<a href=\"https://good.test/\">x</a>",
        "<a href=\"https://good.test/\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>")]
    [InlineData("<a href=\"mailto:al@good.test\">x</a>",
        "<a href=\"mailto:al@good.test\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>")]
    [InlineData("<img src=\"cid:logo@x\">", "<img src=\"data:image/png;base64,AAAA\">")]
    [InlineData("<img src=\"cid:other\">", "<img>")]
    [InlineData("<img src=\"data:image/gif;base64,R0lG\">", "<img src=\"data:image/gif;base64,R0lG\">")]
    [InlineData("<img src=\"data:image/svg+xml,<svg/>\">", "<img>")]
    public void What_is_harmless_stays(string html, string expected) => Assert.Equal(expected, Clean(html).Body);

    [Fact]
    public void Remote_content_is_counted() =>
        Assert.Equal(3, Clean(
            "<img src=http://a.test/1><img src=//a.test/2><p style=\"background:url(https://a.test/3)\">x</p>"
            + "<a href=https://a.test/>x</a>").Remote);

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b><i>")]
    [InlineData("<table><tr><td>")]
    [InlineData("<blockquote><a href=x>")]
    public async Task Endless_nesting_takes_nobody_down(string piece)
    {
        var html = string.Concat(Enumerable.Repeat(piece, 20_000));
        var clean = await HtmlCleaner.CleanAsync(
            new HtmlReading(html, false, Pictures), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(clean.Problem?.Contains("shown as text", StringComparison.Ordinal) ?? clean.Body.Length < 2 * html.Length);
    }

    [Theory]
    [InlineData("<p>e", "\u0301", "</p>", 32)]
    [InlineData("<p>e", "&#x301;", "</p>", 32)]
    [InlineData("<p>e", "<b>\u0301</b>", "</p>", 32)]
    [InlineData("<p>", "\u202e", "</p>", 500)]
    [InlineData("<img alt=\"e", "\u0301", "\">", 32)]
    public void Marks_that_pile_up_are_left_out_with_a_note(string before, string piece, string behind, int expected)
    {
        var clean = Clean(before + string.Concat(Enumerable.Repeat(piece, 2000)) + behind);
        Assert.Equal((null, expected, true), (clean.Problem, clean.Body.Count(each => each is '\u0301' or '\u202e'), clean.MarksLeftOut));
        Assert.Contains("Marks were left out", MailFrame.Of(clean), StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_of_a_text_in_place_of_html_are_left_out_too()
    {
        var text = "e" + new string('\u0301', 100_000);
        var clean = HtmlCleaner.Clean(
            new HtmlReading(string.Concat(Enumerable.Repeat("<div>", 2000)), false, Pictures, text),
            new CleaningWork(TimeProvider.System, CancellationToken.None));
        Assert.Equal((true, true), (clean.Problem is not null, clean.MarksLeftOut));
        Assert.InRange(System.Net.WebUtility.HtmlDecode(clean.Body).Count(each => each == '\u0301'), 32, 32);
    }

    private static readonly Dictionary<string, string> Pictures =
        new(StringComparer.Ordinal) { ["logo@x"] = "data:image/png;base64,AAAA" };

    private static CleanHtml Clean(string html) => HtmlCleaner.Clean(
        new HtmlReading(html, false, Pictures), new CleaningWork(TimeProvider.System, CancellationToken.None));
}
