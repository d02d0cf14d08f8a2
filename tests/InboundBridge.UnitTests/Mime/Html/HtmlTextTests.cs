using InboundBridge.Mime.Html;

namespace InboundBridge.UnitTests.Mime.Html;

public class HtmlTextTests
{
    [Theory]
    [InlineData("<p>One</p><p>Two</p>", "One\n\nTwo")]
    [InlineData("One<br>Two<br/>\nThree", "One\nTwo\nThree")]
    [InlineData("<div>One</div><div>Two <b>bold</b>\n  text</div>", "One\nTwo bold text")]
    [InlineData("<style>p{color:red}</style><script>alert(1)</script>a<!-- b -->c", "ac")]
    [InlineData("a&nbsp;&amp;&#x20ac;&lt;b&gt;", "a &€<b>")]
    [InlineData("<ul><li>One<li>Two</ul>after", "- One\n- Two\n\nafter")]
    [InlineData("<ol><li>One</li><li>Two<ul><li>in</li></ul></li></ol>", "1. One\n2. Two\n  - in")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc")]
    [InlineData("<a href='https://example.com/x'>here</a>", "here <https://example.com/x>")]
    [InlineData("<a href='https://example.com/'>https://example.com</a>", "https://example.com")]
    [InlineData("<a href='javascript:alert(1)'>here</a>", "here")]
    [InlineData("<img src=x alt='A cat'> <img src=y>", "A cat")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b")]
    [InlineData("new<blockquote>old<br>older</blockquote>end", "new\n\n> old\n> older\n\nend")]
    [InlineData("<div style='display: none'>secret <div>x</div></div>shown", "shown")]
    [InlineData("<span style='font-size:0px'>zero</span><span style='font-size:0.9em'>small</span>", "small")]
    [InlineData("5 < 6 and 7 > 3", "5 < 6 and 7 > 3")]
    [InlineData("<p title='a>b'>x</p>", "x")]
    [InlineData("<![if !mso]>x<![endif]>", "x")]
    [InlineData("<html><head><title>T</title></head><body>B</body></html>", "B")]
    [InlineData("un<b>closed <i>tags", "unclosed tags")]
    [InlineData("cut <a href=\"x", "cut")]
    [InlineData("soft&shy;hyphen zero\u200bwidth", "softhyphen zerowidth")]
    public void It_reads_as_a_person_would_see_it(string html, string expected) => Assert.Equal(expected, HtmlText.Of(html, 10_000));

    [Fact]
    public void A_long_target_is_searched_up_to_a_limit()
    {
        var target = $"https://x.test/{new string('a', 5000)}end";
        Assert.Equal($"end <{target}>", HtmlText.Of($"<a href='{target}'>end</a>", 10_000));
    }

    [Fact]
    public void It_stops_at_the_cap() =>
        Assert.InRange(HtmlText.Of(string.Concat(Enumerable.Repeat("<p>abc</p>", 1000)), 100).Length, 90, 100);
}
