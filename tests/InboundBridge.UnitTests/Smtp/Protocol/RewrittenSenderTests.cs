using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.Smtp.Protocol;

/// <summary>Local parts that forwarders wrote (SRS), which are often longer than RFC 5321 allows.</summary>
public class RewrittenSenderTests
{
    [Theory]
    [InlineData("SRS0=abcd=2W=", 255, true)]
    [InlineData("srs1=abcd=2W=", 255, true)]
    [InlineData("SRS0=abcd=2W=", 256, false)]
    [InlineData("x", 64, true)]
    [InlineData("x", 65, false)]
    public void Are_taken_although_they_are_long(string beginning, int length, bool isTaken)
    {
        var local = beginning.PadRight(length, 'x');
        Assert.Equal(isTaken, SmtpAddressParser.TryParse($"<{local}@example.com>", out var address));
        Assert.Equal(isTaken ? local : null, address?.LocalPart);
        Assert.Equal(isTaken, SmtpAddressParser.TryParse($"<\"{local}\"@example.com>", out _));
    }

    [Theory]
    [InlineData("al", "example.com")]
    [InlineData("a b", "example.com")]
    [InlineData("a\"b\\c@d", "example.com")]
    [InlineData("\"", "example.com")]
    [InlineData("", "example.com")]
    [InlineData("a..b", "[192.0.2.1]")]
    [InlineData("postmaster", "")]
    public void An_address_is_the_same_after_it_was_text(string local, string domain)
    {
        var address = new SmtpAddress(local, domain);
        Assert.Equal(address, SmtpAddress.FromText(address.ToString()));
    }
}
