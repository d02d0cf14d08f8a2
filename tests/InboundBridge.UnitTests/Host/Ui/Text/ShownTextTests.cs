using InboundBridge.Ui.Text;

namespace InboundBridge.UnitTests.Host.Ui.Text;

/// <summary>One line of a stranger: what people write stays, what deceives or freezes does not.</summary>
public sealed class ShownTextTests
{
    [Theory]
    [InlineData("Re: <b>hello</b>")]
    [InlineData("Grüße, שלום, नमस्ते, \U0001f469\u200d\U0001f466")]
    [InlineData("\u2067\u05e9\u05dc\u05d5\u05dd\u2069 \u202babc\u202c")]
    public void Usual_text_is_the_same(string text) => Assert.Same(text, ShownText.Line(text));

    [Fact]
    public void A_turned_direction_is_written_out() =>
        Assert.Equal("invoice[U+202E]fdp.exe [U+202D]", ShownText.Line("invoice\u202efdp.exe \u202d"));

    [Fact]
    public void Piled_up_marks_are_left_out() =>
        Assert.Equal("a" + new string('\u0301', 32) + "b", ShownText.Line("a" + new string('\u0301', 5000) + "b"));
}
