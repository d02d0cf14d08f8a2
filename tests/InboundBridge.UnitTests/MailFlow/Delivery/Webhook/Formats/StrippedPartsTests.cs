using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

/// <summary>What Mailgun calls stripped, and when Postmark and CloudMailin call a mail a reply.</summary>
public class StrippedPartsTests
{
    [Theory]
    [InlineData("<p>Hello</p>", "<p>Hello</p>")]
    [InlineData("", "")]
    [InlineData("a < b and <b>c", "a < b and <b>c")]
    [InlineData(
        "<div dir=\"ltr\">Yes</div><br><div class=\"gmail_quote\"><div>On Friday Bo wrote:</div><blockquote>Is it?</blockquote></div>\r\n",
        "<div dir=\"ltr\">Yes</div><br>\r\n")]
    [InlineData(
        "<p>above</p><blockquote type=\"cite\">quoted <blockquote>deeper</blockquote> again</blockquote><p>below</p>",
        "<p>above</p><p>below</p>")]
    [InlineData("<p>one</p><BLOCKQUOTE>q</BLOCKQUOTE>two<blockquote>q</blockquote>three", "<p>one</p>twothree")]
    [InlineData("<p>Yes</p><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\">From: Bo</div><div>Is it?</div>", "<p>Yes</p>")]
    [InlineData(
        "<div class=\"moz-cite-prefix\">On Friday Bo wrote:<br></div><blockquote cite=\"mid:1\">Is it?</blockquote><p>Yes</p>",
        "<p>Yes</p>")]
    [InlineData(
        "<p>See</p><div class=\"gmail_quote\"><div>---------- Forwarded message ---------<br>From: Bo</div>Text</div>",
        "<p>See</p><div class=\"gmail_quote\"><div>---------- Forwarded message ---------<br>From: Bo</div>Text</div>")]
    [InlineData("<p>a</p><blockquote>never closed", "<p>a</p>")]
    [InlineData("<p>a</p><blockquote", "<p>a</p>")]
    [InlineData("<!-- <blockquote> --><p>a</p>", "<!-- <blockquote> --><p>a</p>")]
    [InlineData("<!-- not closed <p>a</p>", "<!-- not closed <p>a</p>")]
    [InlineData("<div class=\"gmail_quote\"><div><div>x</div></div></div><div>y</div>", "<div>y</div>")]
    [InlineData("</blockquote><p>a</p>", "</blockquote><p>a</p>")]
    public void Html_without_what_is_quoted(string html, string expected) => Assert.Equal(expected, QuotedHtml.Without(html));

    [Fact]
    public void Nested_quotes_take_time_in_proportion_to_their_length()
    {
        var html = string.Concat(Enumerable.Repeat("<blockquote>Forwarded message", 200_000));
        Assert.Equal(html, QuotedHtml.Without(html));
        Assert.Equal("a", QuotedHtml.Without("a" + string.Concat(Enumerable.Repeat("<blockquote>", 200_000))));
    }

    [Theory]
    [InlineData("Hello\r\n", null, "", "<p>Hello</p>")]
    [InlineData(
        "Yes & <no>\r\n\r\nOn Fri, 2 Jan 2026 at 3:04, Bo <bo@example.com> wrote:\r\n> Is it?\r\n",
        "Yes & <no>", "", "<p>Yes &amp; &lt;no&gt;</p>")]
    [InlineData(
        "Yes\r\n-- \r\nAl\r\nSales\r\n\r\nOn Fri, 2 Jan 2026 at 3:04, Bo <bo@example.com> wrote:\r\n> Is it?\r\n",
        "Yes", "-- \nAl\nSales", "<p>Yes</p>")]
    [InlineData("", null, "", "")]
    public void A_text_tells_its_new_part_and_its_signature(string text, string? reply, string signature, string html)
    {
        var mime = MimeMessage.Open(MimeSource.FromMemory(Encoding.ASCII.GetBytes($"Content-Type: text/plain\r\n\r\n{text}")));
        Assert.Equal(reply, StrippedParts.Reply(mime)?.ToString());
        Assert.Equal(signature, StrippedParts.Signature(mime));
        Assert.Equal(html, StrippedParts.Html(mime));
    }
}
