using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

public class SmtpEndpointTests
{
    [Theory]
    [InlineData("mx.example.net", "mx.example.net:25")]
    [InlineData("mx.example.net:587", "mx.example.net:587")]
    [InlineData("127.0.0.1:24", "127.0.0.1:24")]
    [InlineData("[::1]:24", "[::1]:24")]
    [InlineData("[::1]", "[::1]:25")]
    [InlineData("::1", "[::1]:25")]
    [InlineData("unix:/run/dovecot/lmtp", "unix:/run/dovecot/lmtp")]
    public void Addresses_are_parsed(string text, string endpoint)
    {
        Assert.True(SmtpEndpoint.TryParse(text, 25, out var parsed));
        Assert.Equal(endpoint, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("unix:")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:smtp")]
    [InlineData("[::1")]
    [InlineData("[::1]24")]
    [InlineData("two words:25")]
    [InlineData(":25")]
    public void Malformed_addresses_are_refused(string text) => Assert.False(SmtpEndpoint.TryParse(text, 25, out _));

    [Theory]
    [InlineData("127.0.0.1:25", true)]
    [InlineData("[::1]:25", true)]
    [InlineData("localhost", true)]
    [InlineData("unix:/x", true)]
    [InlineData("10.0.0.1:25", false)]
    [InlineData("localhost.example.net", false)]
    public void Only_local_servers_may_get_a_password_unencrypted(string text, bool local)
    {
        Assert.True(SmtpEndpoint.TryParse(text, 25, out var parsed));
        Assert.Equal(local, parsed.IsLocal);
    }
}
