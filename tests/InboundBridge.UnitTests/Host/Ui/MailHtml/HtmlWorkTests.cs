using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using InboundBridge.Operations.Reading;
using InboundBridge.Ui.MailHtml;

namespace InboundBridge.UnitTests.Host.Ui.MailHtml;

/// <summary>
/// HTML that is made to keep its readers busy costs a bounded number of steps, whatever a machine's speed: it is shown, or its text is.
/// </summary>
public sealed class HtmlWorkTests
{
    /// <summary>Characters of each hostile mail: as many as a page reads.</summary>
    private const int Size = ReadingOperations.LongestHtml;

    public static TheoryData<string, string, string> Hostile => new()
    {
        // Name, beginning, and what is repeated; # stands for a number that differs.
        { "deep", "", "<div>" },
        { "deep inline", "", "<span>" },
        { "deep tables", "", "<table><tr><td>" },
        { "deep lists", "", "<ul><li>" },
        { "fonts that never end", "<p>", "<font color=#>" },
        { "fonts that paragraphs open again", Repeat("<font color=#>", 4000), "</p><p>x" },
        { "fonts that cells hide", "<p>" + Repeat("<font color=#>", 4000) + "<table>" + Repeat("</font>", 4000) + "</table>", "</p><p>x" },
        { "fonts behind cells that are none", Repeat("<td><font color=#></td>", 4000), "</p><p>x" },
        {
            "fonts behind sections", "<table>" + Repeat("<tbody><tr><td></tbody><font color=#><td></td></tr>", 2000) + "</table>",
            "<p>x</p>"
        },
        { "equal bold", Repeat("<b>", 4000), "</p><p>x" },
        { "ends that fit nothing", "", "<b><p></b></p>" },
        { "links in links", "", "<a href=#><i>" },
        { "stray ends", "", "</div>" },
        { "stray ends of fonts", Repeat("<font>", 100), "</font></b></i>" },
        { "siblings", "", "<b></b>" },
        { "text between", "", "<br>x" },
        { "less than", "", "<" },
        { "less than and slash", "", "</" },
        { "ampersands", "", "&" },
        { "long entities", "", "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
        { "nul", "", "\0" },
        { "comments", "", "<!---->" },
        { "comments that never end", "", "<!--" },
        { "comments with dashes", "<!--", "-" },
        { "declarations", "", "<!x>" },
        { "instructions that never end", "", "<?" },
        { "an attribute's end that never comes", "<p title=\"", "x" },
        { "attributes", "<p ", "a# " },
        { "equal attributes", "<p ", "a " },
        { "attributes with quotes", "<p title='", "\"" },
        { "attributes of many", "", "<p a b c d e f g h i j k l m n o p q r s t u v w x y z>" },
        { "names", "<", "x" },
        { "names of many", "", "<x# a=1>" },
        { "styles", "<p style=\"", "a#:b;" },
        { "functions in styles", "<p style=\"width:", "calc(" },
        { "brackets in styles", "<p style=\"x:", "[{(" },
        { "escaped brackets in styles", "<p style=\"width:", "&#40;" },
        { "comments in styles", "<p style=\"", "/*" },
        { "small styles", "", "<p style='margin:1px 2px 3px 4px;font:12px/1.5 serif;background:url(x)'>" },
        { "style sheets", "<style>", "@media print{" },
        { "brackets in style sheets", "<style>a{b:", "((((" },
        { "many style sheets", "", "<style>a{}</style>" },
        { "style sheets in pictures", "<svg><style>", "<b>" },
        { "scripts that never end", "", "<script>" },
        { "ends of scripts that never come", "<script>", "</scrip" },
        { "pictures", "", "<img src=cid:logo@x>" },
        { "templates", "", "<template>" },
        { "foreign", "", "<svg><p><math><mtext>" },
        { "foreign, mixed", "", "<table><a><menu><svg><template></a><nobr><p><nobr>" },
        { "foreign, mixed otherwise", "", "<table><a><main><svg><template></a><a><main><a>" },
        { "choices", "", "<select><option><table><select>" },
        { "frames", "", "<frameset><frame>" },
        { "spans", "<table>", "<tr><td colspan=1000 rowspan=65534>x" },
        { "classes", "<p class='", "a# " },
        { "base", "", "<base href=//#.test>" },
        { "ruby", "", "<ruby><rt><rp>" },
        { "definitions", "", "<dl><dt><dd>" },
        { "headings", "", "<h1><h2>" },
        { "pre", "", "<pre>\n" },
        { "plaintext", "<plaintext>", "<b>" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_html_takes_bounded_work(string name, string beginning, string repeated)
    {
        var html = (beginning + Repeat(repeated, 1 + (Size / repeated.Length)))[..Size];
        var work = new CleaningWork(new StillClock(), CancellationToken.None);
        var clean = OnLargeStack(() => HtmlCleaner.Clean(new HtmlReading(html, false, Pictures, "what it says"), work));
        Assert.True(work.Steps <= CleaningWork.MostSteps + 1, $"{name}: {work.Steps} steps");
        Assert.True(clean.Body.Length <= CleaningWork.MostCharacters + CleaningWork.MostPictures, $"{name}: {clean.Body.Length}");
        if (clean.Problem is not null)
        {
            Assert.Equal("<pre>what it says</pre>", clean.Body);
            Assert.StartsWith("The HTML is shown as text: ", clean.Problem, StringComparison.Ordinal);
            return;
        }
        var count = new HtmlParser().ParseDocument(clean.Body).All.Length;
        // A table makes its body and rows by itself.
        Assert.True(count <= 10 + (3 * work.Elements), $"{name}: {count} elements were made of {work.Elements}");
    }

    [Theory]
    [InlineData("<div>", "nested too deeply")]
    [InlineData("<br>", "more than 50,000 tags")]
    [InlineData("</p><p>x<font color=#>", "overlap too often")]
    public void What_is_too_heavy_says_why(string repeated, string why)
    {
        var html = Repeat(repeated, repeated == "<div>" ? 2000 : 60_000);
        var clean = OnLargeStack(() => HtmlCleaner.Clean(
            new HtmlReading(html, false, Pictures, "<b>"), new CleaningWork(new StillClock(), CancellationToken.None)));
        Assert.Contains(why, clean.Problem, StringComparison.Ordinal);
        Assert.Equal("<pre>&lt;b&gt;</pre>", clean.Body);
        Assert.Contains(clean.Problem!, MailFrame.Of(clean), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<div style='color:red'>")]
    [InlineData("<span style='color:red'>")]
    [InlineData("<b>")]
    [InlineData("<span><div></span>")]
    [InlineData("<b><div></b>")]
    [InlineData("<div><table><tr><td></div>")]
    [InlineData("<ul><li></p>")]
    [InlineData("<li><dd>")]
    [InlineData("<rt>")]
    [InlineData("<table><tr><td><div></thead>")]
    [InlineData("<table><tr><td>")]
    public void What_is_nested_too_deeply_is_refused_before_a_parser_sees_it(string repeated)
    {
        var work = new CleaningWork(new StillClock(), CancellationToken.None);
        var clean = HtmlCleaner.Clean(new HtmlReading(Repeat(repeated, 40_000), false, Pictures, "text"), work);
        Assert.Equal("The HTML is shown as text: it is nested too deeply.", clean.Problem);
        Assert.True(work.Steps < 8 * OpenElements.Deepest, $"{work.Steps}");
    }

    [Theory]
    [InlineData("", "<p>x")]
    [InlineData("", "<p><font color=red>x</p>")]
    [InlineData("<ul>", "<li>x<li><div>y</div>")]
    [InlineData("<ul>", "<li><b>x</b>")]
    [InlineData("<dl>", "<dt>x<dd>y")]
    [InlineData("<table>", "<tr><td>x<td><div>y")]
    [InlineData("<table>", "<tbody><tr><td><div>x</tbody>")]
    [InlineData("", "<table><tr><td>x</table>")]
    [InlineData("", "<a href=https://x.test/>x")]
    [InlineData("", "<br><hr><img src=cid:logo@x>")]
    [InlineData("", "<div><p>x</div>")]
    [InlineData("", "<div><span>x</div>")]
    public void What_ends_by_itself_is_not_nested(string beginning, string repeated)
    {
        var work = new CleaningWork(new StillClock(), CancellationToken.None);
        var clean = HtmlCleaner.Clean(new HtmlReading(beginning + Repeat(repeated, 1000), false, Pictures, "text"), work);
        Assert.Null(clean.Problem);
    }

    [Fact]
    public void Time_ends_the_work_too()
    {
        var clock = new StillClock();
        var work = new CleaningWork(clock, CancellationToken.None);
        var html = Repeat("<p>x</p>", 1000);
        clock.Passed = CleaningWork.Time + TimeSpan.FromSeconds(1);
        var clean = HtmlCleaner.Clean(new HtmlReading(html, false, Pictures, "text"), work);
        Assert.Contains("too long to clean", clean.Problem, StringComparison.Ordinal);
        Assert.True(work.Steps < 200, $"{work.Steps}");
    }

    [Fact]
    public void A_reader_who_left_ends_the_work()
    {
        using var left = new CancellationTokenSource();
        left.Cancel();
        var work = new CleaningWork(new StillClock(), left.Token);
        Assert.Throws<OperationCanceledException>(
            () => HtmlCleaner.Clean(new HtmlReading(Repeat("<p>x</p>", 1000), false, Pictures), work));
    }

    [Fact]
    public void A_picture_is_not_written_a_thousand_times()
    {
        var picture = $"data:image/png;base64,{new string('A', 700_000)}";
        var pictures = new Dictionary<string, string>(StringComparer.Ordinal) { ["logo@x"] = picture };
        var work = new CleaningWork(new StillClock(), CancellationToken.None);
        var clean = HtmlCleaner.Clean(new HtmlReading(Repeat("<img src=cid:logo@x>", 1000), false, pictures), work);
        Assert.Equal((null, 989), (clean.Problem, clean.LeftOut));
        Assert.True(clean.Body.Length < 9_000_000, $"{clean.Body.Length}");
        Assert.Contains("Pictures were left out", MailFrame.Of(clean), StringComparison.Ordinal);
    }

    [Fact]
    public void A_newsletter_with_thousands_of_cells_is_shown_as_html()
    {
        const string Row = "<tr style='height:20px'><td width=50% bgcolor=#ffffff>"
            + "<p style=\"margin:0 0 10px;font:12px/1.5 Arial,serif;color:#333\">"
            + "<b><font face=Arial>Item<a href='https://shop.test/#'><span>more</span></a></b></font></td>"
            + "<td><img src=cid:logo@x><br></td></tr>";
        var html = "<!DOCTYPE html><html><head><style>td{color:red}</style></head>"
            + $"<body><table>{Repeat(Row, 2000)}</table></body></html>";
        var work = new CleaningWork(new StillClock(), CancellationToken.None);
        var clean = HtmlCleaner.Clean(new HtmlReading(html, false, Pictures), work);
        Assert.Null(clean.Problem);
        Assert.Equal(2000, new HtmlParser().ParseDocument(clean.Body).QuerySelectorAll("a[href^=https]").Length);
    }

    private static string Repeat(string piece, int count)
    {
        var text = new StringBuilder();
        for (var index = 0; index < count; index++)
            text.Append(piece.Replace("#", index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        return text.ToString();
    }

    /// <summary>As the page does.</summary>
    private static T OnLargeStack<T>(Func<T> work)
    {
        T? result = default;
        Exception? fault = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception thrown)
                {
                    fault = thrown;
                }
            },
            64 * 1024 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(fault);
        return result!;
    }

    private static readonly Dictionary<string, string> Pictures =
        new(StringComparer.Ordinal) { ["logo@x"] = "data:image/png;base64,AAAA" };

    /// <summary>Time passes only where a test says so.</summary>
    private sealed class StillClock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long GetTimestamp() => Passed.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
