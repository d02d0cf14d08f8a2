using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Replies;

/// <summary>Mail programs that mark the answered mail in HTML are understood in any language.</summary>
public class MarkedQuoteTests
{
    public static TheoryData<string, string> Marks => ReplyBlocks.Of("marks.txt");

    [Theory]
    [MemberData(nameof(Marks))]
    public void A_quote_that_a_program_marked_is_cut(string program, string html)
    {
        var mail = Open($"<html><body>{html}</body></html>");
        Assert.True(mail.ReplyText == "Fine.", $"{program}: {mail.ReplyText}");
        Assert.Contains("Xxx", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<div class=\"gmail_quote\">Fine.</div>", "Fine.")]
    [InlineData("<div class=\"my_gmail_quote_2\">Fine.</div><p>Yes.</p>", "Fine.\n\nYes.")]
    [InlineData(
        "<p>Fine.</p><div style=\"border:none;border-top:solid #ccc 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p>Yes.</p></div>", "Fine.\n\nYes.")]
    [InlineData("<p>Fine.</p><a name=\"quotes\">Yes.</a>", "Fine.\n\nYes.")]
    [InlineData("<p>The class gmail_quote is Gmail's.</p><p>Yes.</p>", "The class gmail_quote is Gmail's.\n\nYes.")]
    public void Text_that_only_looks_marked_is_kept(string html, string expected) => Assert.Equal(expected, Open(html).ReplyText);

    private static MimeMessage Open(string html) =>
        MimeMessage.Open(
            MimeSource.FromMemory(
                Encoding.UTF8.GetBytes($"In-Reply-To: <a@example.com>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}")));
}
