using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

public class EnvelopeTextTests
{
    [Theory]
    [InlineData("al@example.net", true)]
    [InlineData("postmaster", true)]
    [InlineData("\"a b\"@example.net", true)]
    [InlineData("\"a>b\"@example.net", true)]
    [InlineData("\"a\\\"b>\"@example.net", true)]
    [InlineData("\"a\\\\\"@example.net", true)]
    [InlineData("j\u00f6rg@example.net", true)]
    [InlineData("\ud83d\ude00@example.net", true)]
    [InlineData("al@[IPv6:2001:db8::1]", true)]
    [InlineData("", false)]
    [InlineData("a>b@example.net", false)]
    [InlineData("a b@example.net", false)]
    [InlineData("a\r\nDATA@example.net", false)]
    [InlineData("\"a\\\r\nDATA\"@example.net", false)]
    [InlineData("\"open@example.net", false)]
    [InlineData("\"a\\\\\"> SIZE=1\"@example.net", false)]
    [InlineData("a\u0085b@example.net", false)]
    public void An_address_cannot_leave_its_brackets(string mailbox, bool safe) => Assert.Equal(safe, EnvelopeText.IsSafe(mailbox));

    [Fact]
    public void An_unpaired_surrogate_is_not_an_address() => Assert.False(EnvelopeText.IsSafe(new string('\ud83d', 1) + "@example.net"));

    [Theory]
    [InlineData("QQ314159", "QQ314159")]
    [InlineData("a+b=c d", "a+2Bb+3Dc+20d")]
    [InlineData("\u00fc", "+FC")]
    public void Xtext_is_printable_ascii(string text, string encoded) => Assert.Equal(encoded, EnvelopeText.XText(text));

    [Theory]
    [InlineData("rfc822;Bob@Example.net", "rfc822;Bob@Example.net")]
    [InlineData("rfc822;a+b@example.net", "rfc822;a+2Bb@example.net")]
    [InlineData("utf-8;j\u00f6rg=@example.net", "utf-8;j\\x{F6}rg\\x{3D}@example.net")]
    [InlineData("rfc822;j\u00f6rg@example.net", "utf-8;j\\x{F6}rg@example.net")]
    [InlineData("no type", null)]
    [InlineData(";x", null)]
    [InlineData("a b;x", null)]
    [InlineData("a\r\n;x", null)]
    public void An_original_recipient_is_encoded_or_left_out(string original, string? encoded) =>
        Assert.Equal(encoded, EnvelopeText.OriginalRecipient(original));

    [Fact]
    public void Parameters_that_would_be_too_long_are_left_out()
    {
        Assert.Null(EnvelopeText.OriginalRecipient("rfc822;" + new string('x', 500)));
        Assert.Null(EnvelopeText.EnvelopeId(new string('=', 34)));
        Assert.NotNull(EnvelopeText.EnvelopeId(new string('=', 33)));
    }
}
