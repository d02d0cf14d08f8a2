using InboundBridge.Operations.Reading;

namespace InboundBridge.UnitTests.Host.Operations.Reading;

/// <summary>Text that piles up marks would freeze the browser that shows it.</summary>
public sealed class ShownMarksTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Gru\u0308\u00dfe, \u0e01\u0e33\u0e25\u0e31\u0e07, \u0928\u092e\u0938\u094d\u0924\u0947")]
    [InlineData("\U0001f469\u200d\U0001f469\u200d\U0001f466 \u2764\ufe0f \U0001f1e9\U0001f1ea")]
    [InlineData("\u2067\u05e9\u05dc\u05d5\u05dd\u2069 \u202babc\u202c")]
    [InlineData("half \ud83d and \udc69")]
    public void What_people_write_stays(string text)
    {
        var marks = new ShownMarks();
        Assert.Same(text, marks.Limit(text));
        Assert.False(marks.LeftOut);
    }

    [Theory]
    [InlineData("\u0301")] // Mn
    [InlineData("\u20dd")] // Me
    [InlineData("\u0903")] // Mc
    [InlineData("\U0001d167")] // Mn, two chars
    public void Of_a_row_of_marks_32_are_kept(string mark)
    {
        var marks = new ShownMarks();
        var text = marks.Limit($"a{Repeat(mark, 100_000)}b{Repeat(mark, 33)}");
        Assert.Equal($"a{Repeat(mark, 32)}b{Repeat(mark, 32)}", text);
        Assert.True(marks.LeftOut);
    }

    [Theory]
    [InlineData('\u200d')]
    [InlineData('\u00ad')]
    [InlineData('\u202e')]
    public void What_has_no_width_does_not_end_the_row(char between)
    {
        var text = new ShownMarks().Limit("a" + Repeat($"\u0301{between}", 400));
        Assert.Equal((32, 400), (text.Count(each => each == '\u0301'), text.Count(each => each == between)));
    }

    [Fact]
    public void A_row_goes_on_in_the_next_piece()
    {
        var marks = new ShownMarks();
        Assert.Equal(21, marks.Limit("a" + Repeat("\u0301", 20)).Length);
        Assert.False(marks.LeftOut);
        Assert.Equal(12, marks.Limit(Repeat("\u0301", 20)).Length);
        Assert.True(marks.LeftOut);
    }

    [Fact]
    public void Of_a_text_500_direction_controls_are_kept()
    {
        const string All = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
        var marks = new ShownMarks();
        Assert.Equal(500 + 1000, marks.Limit(Repeat(All + "x", 1000)).Length);
        Assert.True(marks.LeftOut);
    }

    private static string Repeat(string piece, int count) => string.Concat(Enumerable.Repeat(piece, count));
}
