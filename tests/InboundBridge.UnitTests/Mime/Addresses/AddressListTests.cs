using InboundBridge.Mime.Addresses;

namespace InboundBridge.UnitTests.Mime.Addresses;

public class AddressListTests
{
    [Theory]
    [InlineData("al@example.com", "|al@example.com")]
    [InlineData("Al <al@EXAMPLE.com>", "Al|al@example.com")]
    [InlineData("\"Smith, Al\" <Al@example.com>, bo@example.org", "Smith, Al|Al@example.com; |bo@example.org")]
    [InlineData("al@example.com (Al Smith)", "Al Smith|al@example.com")]
    [InlineData("Friends: al@example.com, Bo <bo@example.org>;, c@example.net", "|al@example.com; Bo|bo@example.org; |c@example.net")]
    [InlineData("undisclosed-recipients:;", "")]
    [InlineData("al@example.com; bo@example.org", "|al@example.com; |bo@example.org")]
    [InlineData("<@relay.example,@b.example:al@example.com>", "|al@example.com")]
    [InlineData("Al <al@example.com", "Al|al@example.com")]
    [InlineData("Al al@example.com", "Al|al@example.com")]
    [InlineData("al @ example.com", "|al@example.com")]
    [InlineData("\"al b\"@example.com", "|\"al b\"@example.com")]
    [InlineData("al@[IPv6:2001:db8::1]", "|al@[ipv6:2001:db8::1]")]
    [InlineData("=?utf-8?Q?Andr=C3=A9?= <a@example.com>", "André|a@example.com")]
    [InlineData("\"=?utf-8?Q?Andr=C3=A9?=\" <a@example.com>", "André|a@example.com")]
    [InlineData("\"Al \\\"the\\\" S\" <a@example.com>", "Al \"the\" S|a@example.com")]
    [InlineData("Al (the one) Smith <a@example.com>", "Al  Smith|a@example.com")]
    [InlineData("<a@example.com> <b@example.com>", "|a@example.com; |b@example.com")]
    [InlineData("mailto:al@example.com", "|al@example.com")]
    [InlineData("'al@example.com'", "|al@example.com")]
    [InlineData("\"al@example.com\"", "|al@example.com")]
    [InlineData("ü@bücher.example", "|ü@bücher.example")]
    [InlineData("Al", "Al|")]
    [InlineData("<>", "|")]
    [InlineData(" , ,", "")]
    [InlineData("Al <al@example.com> (home), Bo <bo@example.org>", "Al|al@example.com; Bo|bo@example.org")]
    [InlineData("[<al@example.com>]", "|al@example.com")]
    [InlineData("[<al@[192.0.2.1]>]", "|al@[192.0.2.1]")]
    [InlineData("\"never closed <al@example.com>", "never closed|al@example.com")]
    public void Lists_are_read_as_they_were_meant(string text, string expected) =>
        Assert.Equal(expected, string.Join("; ", AddressListParser.Parse(text, 100).Select(mailbox => $"{mailbox.Name}|{mailbox.Address}")));

    [Fact]
    public void What_lies_beyond_the_cap_is_not_read() =>
        Assert.Equal(3, AddressListParser.Parse(string.Join(',', Enumerable.Range(0, 10).Select(number => $"u{number}@example.com")), 3).Count);
}
