using InboundBridge.MailFlow.SenderAuthentication.Domains;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Domains;

public class DomainNameTests
{
    [Theory]
    [InlineData("Example.COM", "example.com")]
    [InlineData(" example.com. ", "example.com")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("münchen。example｡com", "xn--mnchen-3ya.example.com")]
    [InlineData("xn--zz.example.com", "xn--zz.example.com")]
    [InlineData("a..example.com", "a..example.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("", null)]
    [InlineData(".", null)]
    [InlineData("  ", null)]
    [InlineData("[192.0.2.1]", null)]
    public void A_name_has_one_form(string text, string? canonical) => Assert.Equal(canonical, DomainName.Canonical(text));

    [Fact]
    public void A_label_that_has_no_A_label_stays_and_the_rest_is_still_compared() =>
        Assert.EndsWith(".bank.example", DomainName.Canonical("\u200d\u200d.BANK.example"), StringComparison.Ordinal);

    [Theory]
    [InlineData(64)]
    [InlineData(100_000)]
    public void A_name_that_is_too_long_is_cut_and_equals_no_other(int labels)
    {
        var canonical = DomainName.Canonical(string.Concat(Enumerable.Repeat("abcdefg.", labels)) + "bank.example")!;
        Assert.StartsWith("*.", canonical);
        Assert.EndsWith(".abcdefg.bank.example", canonical);
        Assert.InRange(canonical.Length, 200, 255);
    }

    [Fact]
    public void A_label_that_is_too_long_for_any_name_is_cut() =>
        Assert.Equal("*.", DomainName.Canonical(new string('a', 1000))![..2]);

    [Theory]
    [InlineData("example.com", "example.com", true)]
    [InlineData("a.example.com", "example.com", true)]
    [InlineData("aexample.com", "example.com", false)]
    [InlineData("com", "example.com", false)]
    [InlineData(".example.com", "example.com", true)]
    [InlineData("example.org", "example.com", false)]
    public void A_name_is_below_a_domain(string name, string domain, bool expected) =>
        Assert.Equal(expected, DomainName.IsAtOrBelow(name, domain));
}
