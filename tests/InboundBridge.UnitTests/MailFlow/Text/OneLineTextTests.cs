using InboundBridge.MailFlow.Text;

namespace InboundBridge.UnitTests.MailFlow.Text;

public sealed class OneLineTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("as it is: grüße \U0001f600", "as it is: grüße \U0001f600")]
    [InlineData("a\r\nX-Forged: b", "a  X-Forged: b")]
    [InlineData("\t\u0085\u007f", "   ")]
    public void Control_characters_become_blanks(string text, string line) => Assert.Equal(line, OneLineText.Of(text));
}
