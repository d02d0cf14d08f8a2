using InboundBridge.MailFlow.SenderAuthentication.Domains;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Domains;

public class ALabelTests
{
    [Theory]
    [InlineData("bücher")]
    [InlineData("fußball")]
    [InlineData("пример")]
    [InlineData("日本語")]
    [InlineData("παράδειγμα")]
    [InlineData("مثال")]
    [InlineData("i❤")]
    [InlineData("café-au-lait-à-la-crème")]
    public void What_the_platform_encodes_is_honest(string label) =>
        Assert.True(ALabel.AreHonest($"mail.{DomainName.Canonical(label)}.example"));

    [Theory]
    [InlineData("xn--bank-")]
    [InlineData("xn--")]
    [InlineData("xn---")]
    [InlineData("xn--bank")]
    [InlineData("xn--99999999999")]
    [InlineData("xn--a")]
    [InlineData("xn--bank-0000000000000000000000000000000000000000000000000000")]
    public void What_decodes_to_ascii_or_not_at_all_is_fake(string label)
    {
        Assert.False(ALabel.AreHonest(label));
        Assert.False(ALabel.AreHonest($"{label}.example"));
        Assert.False(ALabel.AreHonest($"xn--bcher-kva.{label}.example"));
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("r3---sn-x.example")]
    [InlineData("axn--bank-.example")]
    public void Other_labels_are_not_judged(string name) => Assert.True(ALabel.AreHonest(name));
}
