using InboundBridge.MailFlow.Reception.Asking;

namespace InboundBridge.UnitTests.MailFlow.Reception.Asking;

/// <summary>What a destination says reaches the sender as one line that can't be mistaken for anything but words.</summary>
public class RefusalTextTests
{
    private const string Nothing = "The recipient's application does not accept the message";

    [Theory]
    [InlineData("No such tenant", "No such tenant")]
    [InlineData("  spaces \t\t everywhere  ", "spaces everywhere")]
    [InlineData("line\r\n250 2.0.0 Ok", "line 250 2.0.0 Ok")]
    [InlineData("line\nmore\u2028and\u0085more", "line more and more")]
    [InlineData("bell\u0007 escape\u001b[31m null\u0000 delete\u007f", "bell escape [31m null delete")]
    [InlineData("Empf\u00e4nger", "Empf?nger")]
    [InlineData("\ud83d\ude00 no", "? no")]
    [InlineData("250 Ok", "Ok")]
    [InlineData("250-Ok", "Ok")]
    [InlineData("250 2.0.0 Ok", "Ok")]
    [InlineData("5.1.1 No such user", "No such user")]
    [InlineData("550 5.1.1 <a@b>: no", "<a@b>: no")]
    [InlineData("550 550 5.1.1 5.1.1 no", "no")]
    [InlineData("421 4.7.0", Nothing)]
    [InlineData("2.0.0", Nothing)]
    [InlineData("300 spoons", "spoons")]
    [InlineData("7 spoons", "7 spoons")]
    [InlineData("5.1.1.1 is an address", "5.1.1.1 is an address")]
    [InlineData("", Nothing)]
    [InlineData("\r\n\t", Nothing)]
    public void Words_become_one_clean_line(string words, string text) => Assert.Equal(text, RefusalText.Of(words));

    [Fact]
    public void It_is_bounded()
    {
        Assert.Equal(new string('x', 200), RefusalText.Of(new string('x', 100_000)));
        Assert.Equal(Nothing, RefusalText.Of(string.Concat(Enumerable.Repeat("250 ", 50))));
    }

    [Fact]
    public void Every_character_gives_printable_ascii()
    {
        for (var code = 0; code <= char.MaxValue; code++)
            Assert.All(RefusalText.Of($"a{(char)code}b"), letter => Assert.InRange(letter, ' ', '~'));
    }
}
