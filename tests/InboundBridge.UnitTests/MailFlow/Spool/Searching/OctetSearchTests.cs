using System.Text;
using InboundBridge.MailFlow.Spool.Searching;

namespace InboundBridge.UnitTests.MailFlow.Spool.Searching;

public class OctetSearchTests
{
    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "xxABCxx", true)]
    [InlineData("ABC", "xxabc", true)]
    [InlineData("abc", "ab", false)]
    [InlineData("abc", "aababc", true)]
    [InlineData("abc", "abababab", false)]
    [InlineData("@", "a@b", true)]
    [InlineData("i", "İ ı", false)]
    [InlineData("k", "\u212A", false)]
    public void A_text_is_found_whatever_the_case_of_its_ASCII_letters(string wanted, string text, bool expected) =>
        Assert.Equal(expected, OctetSearch.InText(wanted)!.IsIn(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("support+42@example.com", "42@example.com")]
    [InlineData("Müller", "ller")]
    [InlineData("a\"b", "a")]
    [InlineData("plain", "plain")]
    public void In_JSON_the_longest_part_that_is_never_escaped_is_looked_for(string wanted, string expected) =>
        Assert.Equal(expected, OctetSearch.InJson(wanted)!.Wanted);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("üß")]
    public void Where_nothing_can_be_looked_for_every_row_is_decoded(string? wanted)
    {
        Assert.Null(OctetSearch.InText(wanted));
        Assert.Null(OctetSearch.InJson(wanted));
    }
}
