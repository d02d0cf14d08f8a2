using System.Text;
using InboundBridge.Mime;
using InboundBridge.Mime.Replies;

namespace InboundBridge.UnitTests.Mime.Replies;

/// <summary>The author's own text stays, even where it looks like the beginning of a quote.</summary>
public class OwnWordsTests
{
    private const int Hostile = 2_000;

    public static TheoryData<string, string> Texts => ReplyBlocks.Of("own-words.txt");

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_that_only_looks_like_a_quote_is_kept(string name, string text)
    {
        var answers = name.StartsWith("answers:", StringComparison.Ordinal) ? "In-Reply-To: <a@example.com>\r\n" : "";
        var mail =
            MimeMessage.Open(
                MimeSource.FromMemory(
                    Encoding.UTF8.GetBytes($"Subject: plan\r\n{answers}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n")));
        Assert.Equal(text, mail.ReplyText);
    }

    [Theory]
    [InlineData("In-Reply-To: <a@example.com>")]
    [InlineData("References: <a@example.com>")]
    [InlineData("Subject: Re: plan")]
    [InlineData("Subject: [EXTERNAL] AW: plan")]
    [InlineData("Subject: Re[2]: plan")]
    [InlineData("Subject: WG: plan")]
    [InlineData("Subject: 回复：计划")]
    public void A_copied_header_without_a_subject_ends_an_answer(string field)
    {
        const string text = "Fine.\r\n\r\nFrom: Al <al@example.com>\r\nDate: 2 November 2026 09:12\r\nTo: Bo\r\n\r\nShall we?\r\n";
        Assert.Equal("Fine.", Open($"{field}\r\n", text).ReplyText);
        Assert.StartsWith("Fine.\n\nFrom: Al", Open("", text).ReplyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_ways_to_read_a_reply_know_whether_the_mail_is_one()
    {
        var octets =
            Encoding.UTF8.GetBytes(
                "In-Reply-To: <a@example.com>\r\n\r\nFine.\r\n\r\nFrom: Al <al@example.com>\r\nDate: today\r\nTo: Bo\r\n");
        using var text = MimeMessage.Open(MimeSource.FromMemory(octets)).OpenText();
        Assert.Equal("Fine.", Encoding.UTF8.GetString(text!.ReadReply()));
    }

    [Theory]
    [InlineData("From: a@b\n")]
    [InlineData("To: a@b\n\n")]
    [InlineData("On 2 Nov 2026 at 10:00 a@b\n")]
    [InlineData("-- x --\n")]
    [InlineData("____________________\n\n")]
    [InlineData("x 2026 a@b wrote\n> q\n")]
    [InlineData("--\n- a\n")]
    [InlineData("Begin forwarded message:\n\n\n")]
    public void Hostile_lines_are_read_in_one_pass(string line)
    {
        // Each line is looked at by the tests of the lines above it, and by no more of them: twice the lines cost about twice the
        // allocation, not four times.
        var (small, large) = (Allocated(line, Hostile), Allocated(line, Hostile * 2));
        Assert.InRange(large, 0, (small * 3) + 100_000);
    }

    private static long Allocated(string line, int count)
    {
        var text = string.Concat(Enumerable.Repeat(line, count)).AsMemory();
        text = text[..Math.Min(text.Length, NewText.LongestReply)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = NewText.Of(text, isAnswer: true);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static MimeMessage Open(string fields, string text) =>
        MimeMessage.Open(MimeSource.FromMemory(Encoding.UTF8.GetBytes($"{fields}\r\n{text}")));
}
