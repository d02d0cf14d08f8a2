using System.Text;
using InboundBridge.Mime.Bodies;
using InboundBridge.Mime.Replies;

namespace InboundBridge.UnitTests.Mime.Replies;

/// <summary>The fast reader of replies agrees with the general one.</summary>
public class UnquotedTextTests
{
    private const int Texts = 20_000;

    private static readonly string[] Lines =
    [
        "", "", "", "a line", "A line, as people write.", "Grüße an alle", "– ein Strich", "—", "– –", "--", "-- ", "- one", "* two",
        "  indented", "\tindented", "trailing ", "\u00a0", "\u00a0> quoted",
        "\u3000wide", "wide\u3000", "> quoted", ">", "At 3:04 we meet", "Note: this", "Xyz: Al <al@example.com>", "Abc: 2. foo 2026 09:12",
        "\u200fFrom: Al", "| From | Al |", "wrote:\u200f", "Sent from my \u201cphone\u201d", "iPhone'umdan gönderildi",
        "http://example.com/", "as follows:", "wide：", "on： this", "\uFF0C wide comma", "ﬂ ligature", "\u0085", "\u001f", "\f", "a\vb",
        "From: Al", "Von: Al", "*From:* Al", "From : Al", "From\u00a0: Al", "  From: Al", "От кого: Ал", "发件人：al", "发件人: al", "Sent: today",
        "To: Bo", "Subject: it", "Дата: сегодня", "____________________",
        "--------------------", "-----Original Message-----", "On Fri, 2 Jan 2026, Al <al@example.com> wrote:",
        "Am 2.1.2026 um 3:04 schrieb Al:", "Al <al@example.com>", "wrote:", "2024年1月5日 写道：",
        "😀 happy", "Sent", "S", new string('x', 200), new string('é', 130), $"{new string(' ', 70)}From: Al",
        $"From{new string(' ', 70)}: Al",
    ];

    private static readonly string[] LineEndings = ["\r\n", "\r\n", "\n", "\n", "\r", "\n\r"];

    [Fact]
    public void Random_lines_are_read_alike()
    {
        var random = new Random(20_260_105);
        var pool =
            Lines.Concat(File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/replies/signatures.txt"))).ToArray();
        var plain = 0;
        for (var run = 0; run < Texts; run++)
        {
            var text = new StringBuilder();
            var ending = random.Next(LineEndings.Length);
            // Mostly lines of the beginning of the pool, so that many texts have nothing in them.
            for (var count = random.Next(12); count > 0; count--)
                text.Append(pool[random.Next(random.Next(4) == 0 ? pool.Length : 6)])
                    .Append(LineEndings[random.Next(20) == 0 ? random.Next(LineEndings.Length) : ending]);
            plain += IsTheSame(text.ToString()) ? 1 : 0;
        }
        Assert.InRange(plain, Texts / 10, Texts * 9 / 10);
    }

    [Theory]
    [InlineData("attributions.txt")]
    [InlineData("signatures.txt")]
    public void Real_and_damaged_lines_are_read_alike(string file)
    {
        var random = new Random(20_260_106);
        foreach (var line in File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/replies", file)))
        {
            for (var at = 0; at < line.Length; at++)
            {
                var other = Lines[random.Next(Lines.Length)];
                IsTheSame($"Fine.\r\n\r\n{line[..at]}{other}{line[(at + 1)..]}\r\n");
                IsTheSame($"Fine.\n{line[at..]}\n{other}\n> quoted");
            }
        }
    }

    [Fact]
    public void An_ordinary_text_is_read_from_its_octets() =>
        Assert.True(IsTheSame("\r\nDear Bo,\r\n\r\nit is at 3:04, see http://example.com/: there.\r\n  Grüße\r\n\r\nAl\r\n\r\n\r\n"));

    [Fact]
    public void A_text_beyond_the_reply_limit_is_not() => Assert.False(IsTheSame(new string('x', NewText.LongestReply) + "\nx"));

    /// <returns>Whether it was read from the octets.</returns>
    private static bool IsTheSame(string text)
    {
        if (!UnquotedText.TryRead(Encoding.UTF8.GetBytes(text), out var reply))
            return false;
        Assert.Equal(
            NewText.Of(LineEnds.Normalize(text).AsMemory(), isAnswer: true).ToString(), LineEnds.Normalize(Encoding.UTF8.GetString(reply)));
        return true;
    }
}
