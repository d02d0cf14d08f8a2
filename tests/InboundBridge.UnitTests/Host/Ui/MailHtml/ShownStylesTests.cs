using InboundBridge.Operations.Reading;
using InboundBridge.Ui.MailHtml;

namespace InboundBridge.UnitTests.Host.Ui.MailHtml;

/// <summary>What a mail shows stays at its place: it covers nothing, and leaves our note above it alone.</summary>
public sealed class ShownStylesTests
{
    [Theory]
    [InlineData("position:fixed;top:0;left:0;right:0;bottom:0;inset:0;z-index:9999")]
    [InlineData("position:absolute")]
    [InlineData("position:sticky")]
    [InlineData("transform:translateY(-200px) scale(50)")]
    [InlineData("translate:0 -200px;scale:9;rotate:1turn")]
    [InlineData("margin:-100px")]
    [InlineData("margin-top:-100px")]
    [InlineData("margin-top:calc(0px - 100px)")]
    [InlineData("margin:var(--x,-100px)")]
    [InlineData("text-indent:-9999px")]
    [InlineData("width:99999px")]
    [InlineData("height:1e9px")]
    [InlineData("height:9999vh")]
    [InlineData("min-height:5000em")]
    [InlineData("width:calc(100px * 1000)")]
    [InlineData("padding:100in")]
    [InlineData("font-size:5000pt")]
    [InlineData("line-height:9999")]
    [InlineData("letter-spacing:99999px")]
    [InlineData("border:99999px solid red")]
    [InlineData("outline:99999px solid red")]
    [InlineData("box-shadow:0 0 0 99999px red")]
    [InlineData("zoom:90")]
    [InlineData("cursor:url(data:image/png;base64,AAAA),auto")]
    [InlineData("pointer-events:none")]
    [InlineData("animation:x 1s infinite")]
    [InlineData("mix-blend-mode:difference")]
    [InlineData("all:unset")]
    [InlineData("po\\sition:fixed")]
    [InlineData("position/**/:fixed")]
    [InlineData("POSITION:FIXED")]
    public void What_covers_or_moves_is_removed(string style)
    {
        var clean = Clean($"<p style=\"{style}\">x</p>");
        Assert.DoesNotMatch(
            "(?i)fixed|absolute|sticky|inset|z-index|transform|translate|scale|rotate|margin[^;]*-|indent|9999|1e9|5000|calc|100in|zoom"
            + "|cursor|pointer|animation|blend|all:",
            clean);
        Assert.Contains(">x</p>", clean, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("width:600px")]
    [InlineData("max-width:9999px")]
    [InlineData("margin:0 auto")]
    [InlineData("margin:10px 20px")]
    [InlineData("padding:1em")]
    [InlineData("border-radius:9999px")]
    [InlineData("font-size:14px")]
    [InlineData("font-weight:700")]
    [InlineData("line-height:150%")]
    [InlineData("line-height:1.5")]
    [InlineData("width:100%")]
    [InlineData("width:calc(100% - 20px)")]
    [InlineData("color:#333333")]
    [InlineData("background-color:#eeeeee")]
    [InlineData("border-top:1px solid #cccccc")]
    [InlineData("text-align:center")]
    [InlineData("display:none")]
    [InlineData("float:left")]
    [InlineData("vertical-align:top")]
    public void What_mails_are_laid_out_with_stays(string style)
    {
        var name = style.Split(':')[0];
        Assert.Contains(name, Clean($"<p style=\"{style}\">x</p>"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<img width=99999 height=5>", "<img height=\"5\">")]
    [InlineData("<img width=600 height=100%>", "<img width=\"600\" height=\"100%\">")]
    [InlineData("<hr size=99999999999>", "<hr>")]
    [InlineData("<img width=-5>", "<img>")]
    [InlineData("<table border=5000 cellpadding=2></table>", "<table cellpadding=\"2\"></table>")]
    [InlineData("<table><tr><td colspan=1000 rowspan=65534>x</table>", "<table><tbody><tr><td>x</td></tr></tbody></table>")]
    [InlineData("<table><tr><td colspan=2>x</table>", "<table><tbody><tr><td colspan=\"2\">x</td></tr></tbody></table>")]
    [InlineData("<p accesskey=x tabindex=1 contenteditable>x</p>", "<p>x</p>")]
    public void So_do_attributes(string html, string expected) => Assert.Equal(expected, Clean(html));

    [Theory]
    [InlineData("<<x>script>alert(1)</script>", "&lt;script&gt;alert(1)")]
    [InlineData("<o:p>Word</o:p>", "Word")]
    [InlineData("<form><p>asked</p></form>", "<p>asked</p>")]
    [InlineData("a<style>p{}</style>b<!-- c -->d<!--[if mso]>e<![endif]-->f", "abdf")]
    [InlineData("a<!-->b<!--->c--!>d", "abc--!&gt;d")]
    [InlineData("<p title='a\"b'>x</p>", "<p title=\"a&quot;b\">x</p>")]
    [InlineData("<p title=a>b\">x</p>", "<p title=\"a\">b\"&gt;x</p>")]
    [InlineData("<title>t</title><script>s</script>x", "x")]
    [InlineData("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2")]
    [InlineData("a</>b</ x>c", "abc")]
    public void Tags_end_where_they_end_in_a_browser(string html, string expected) => Assert.Equal(expected, Clean(html));

    private static string Clean(string html) => HtmlCleaner.Clean(
        new HtmlReading(html, false, new Dictionary<string, string>(StringComparer.Ordinal)),
        new CleaningWork(TimeProvider.System, CancellationToken.None)).Body;
}
