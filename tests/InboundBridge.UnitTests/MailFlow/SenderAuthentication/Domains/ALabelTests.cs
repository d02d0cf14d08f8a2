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
    [InlineData("xn--58dcd", "Cherokee")]
    [InlineData("xn--i-7iq", "a heart")]
    [InlineData("xn--strae-oqa", "sharp s")]
    [InlineData("xn--nxasmm1c", "final sigma")]
    [InlineData("xn--12c2h", "Thai")]
    [InlineData("xn--11b2ezcw70k", "Devanagari with a joiner")]
    [InlineData("xn--e28h", "a smiling face")]
    [InlineData("xn--on8h5e", "a hand with a skin colour")]
    [InlineData("xn--9hbc", "Arabic digits")]
    [InlineData("xn--bcher-kaufen-dlb", "a hyphen")]
    public void Letters_of_all_scripts_and_emoji_are_honest(string label, string what) =>
        Assert.True(ALabel.AreHonest($"mail.{label}.example"), what);

    /// <summary><c>victim</c> and one more character, which is invisible, looks like a slash or a dot, or is mapped to others.</summary>
    [Theory]
    [InlineData("xn--victim-n648a", 0xFE0F)]
    [InlineData("xn--victim-n348a", 0xFE00)]
    [InlineData("xn--victim-8de", 0x34F)]
    [InlineData("xn--victim-8xy", 0x115F)]
    [InlineData("xn--victim-gyy", 0x1160)]
    [InlineData("xn--victim-g77a", 0x17B4)]
    [InlineData("xn--victim-up8a", 0x180B)]
    [InlineData("xn--victim-uv753c", 0xE0100)]
    [InlineData("xn--victim-gx0c", 0x2065)]
    [InlineData("xn--victim-u11d", 0x2800)]
    [InlineData("xn--victim-n939d", 0x1D159)]
    [InlineData("xn--victim-ns5e", 0x3164)]
    [InlineData("xn--victim-1y653c", 0xE0061)]
    [InlineData("xn--victim-up15c", 0x16FE4)]
    [InlineData("xn--victim-gh46b", 0x13441)]
    [InlineData("xn--victim-ny36d", 0x1BCA0)]
    [InlineData("xn--victimx-6d7c", 0x2044)]
    [InlineData("xn--victimx-hf0d", 0x2215)]
    [InlineData("xn--victim-nx4d", 0x29F8)]
    [InlineData("xn--victim-ub8c", 0x2571)]
    [InlineData("xn--victim-1l84e", 0x1F67C)]
    [InlineData("xn--victim-ur3e", 0x3002)]
    [InlineData("xn--victim-nn68a", 0xFF0E)]
    [InlineData("xn--victim-8368a", 0xFF61)]
    [InlineData("xn--victim-gk0c", 0x2024)]
    [InlineData("xn--victim-gme", 0x378)]
    [InlineData("xn--victim-n704a", 0xE000)]
    [InlineData("xn--victim-g078a", 0xFFFD)]
    [InlineData("xn--victim-n9a", 0x130)]
    [InlineData("xn--victim-gc4w", 0xAB70)]
    [InlineData("xn--victim-8q2a", 0x13F8)]
    [InlineData("xn--victim-h8d", 0x338)]
    public void What_shows_another_name_is_fake(string label, int point) =>
        Assert.False(ALabel.AreHonest($"{label}.example"), $"U+{point:X4}");

    [Theory]
    [InlineData("example.com")]
    [InlineData("r3---sn-x.example")]
    [InlineData("axn--bank-.example")]
    public void Other_labels_are_not_judged(string name) => Assert.True(ALabel.AreHonest(name));
}
