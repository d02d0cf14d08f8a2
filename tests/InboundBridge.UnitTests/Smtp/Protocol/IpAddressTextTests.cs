using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.Smtp.Protocol;

public class IpAddressTextTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("::", "::")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    public void One_notation_is_one_address(string text, string address)
    {
        Assert.True(IpAddressText.TryParse(text, out var parsed));
        Assert.Equal(address, parsed.ToString());
        Assert.True(IpAddressText.TryParseLocal(text, out parsed));
        Assert.Equal(address, parsed.ToString());
        Assert.Equal(text.Contains(':', StringComparison.Ordinal), IpAddressText.TryParseIpv6(text, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.")]
    [InlineData("1.2.3.256")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("2130706433")]
    [InlineData(" 192.0.2.1")]
    [InlineData("192.0.2.1 ")]
    [InlineData("192.0.2.1:25")]
    [InlineData("192.0.2.1%1")]
    [InlineData("١.2.3.4")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]:25")]
    [InlineData("2001:db8::1/64")]
    [InlineData("::ffff:010.0.0.1")]
    [InlineData("::ffff:1.2")]
    [InlineData("1.2.3.4::")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("mail.example")]
    public void What_programs_read_differently_is_no_address(string text)
    {
        Assert.False(IpAddressText.TryParse(text, out _));
        Assert.False(IpAddressText.TryParseLocal(text, out _));
        Assert.False(IpAddressText.TryParseIpv6(text, out _));
    }

    [Theory]
    [InlineData("fe80::1%1", true)]
    [InlineData("fe80::1%", false)]
    [InlineData("[fe80::1%1]", false)]
    [InlineData("192.0.2.1%1", false)]
    [InlineData("fe80::1%1%2", false)]
    public void Only_an_end_of_this_machine_has_a_scope(string text, bool isLocal)
    {
        Assert.False(IpAddressText.TryParse(text, out _));
        Assert.Equal(isLocal, IpAddressText.TryParseLocal(text, out _));
    }
}
