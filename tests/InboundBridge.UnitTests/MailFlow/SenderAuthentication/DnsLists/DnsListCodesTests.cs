using System.Net;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.DnsLists;

public class DnsListCodesTests
{
    [Theory]
    [InlineData("127.0.0.2", "127.0.0.2", true)]
    [InlineData("127.0.0.2", "127.0.0.3", false)]
    [InlineData("127.0.0.4-127.0.0.11", "127.0.0.4", true)]
    [InlineData("127.0.0.4-127.0.0.11", "127.0.0.11", true)]
    [InlineData("127.0.0.4 - 127.0.0.11", "127.0.0.3", false)]
    [InlineData("127.0.0.4-127.0.1.1", "127.0.0.255", true)]
    [InlineData("127.0.0.2", "::ffff:127.0.0.2", false)]
    public void A_code_is_one_address_or_a_range(string text, string code, bool inside)
    {
        Assert.True(DnsListCodes.TryParse(text, out var codes));
        Assert.Equal(inside, codes.Contains(IPAddress.Parse(code)));
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), codes.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("127.0.0.2-")]
    [InlineData("127.1")]
    [InlineData("2")]
    [InlineData("127.0.0.0x2")]
    [InlineData("127.0.0.256")]
    [InlineData("127.0.0.3-127.0.0.2")]
    [InlineData("127.0.0.2-127.0.0.3-127.0.0.4")]
    [InlineData("::1")]
    public void Everything_else_is_refused(string text) => Assert.False(DnsListCodes.TryParse(text, out _));
}
