using InboundBridge.Setup;
using InboundBridge.UnitTests.Host.Configuration;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>Services that each node has for itself are known by their addresses.</summary>
public class RecipientSourcesTests
{
    private const string Config = "hostname: mx.example.com\ndomains: [example.com]\n";

    [Theory]
    [InlineData("http://127.0.0.1:8025/exists", true)]
    [InlineData("http://127.1.2.3/", true)]
    [InlineData("http://localhost/", true)]
    [InlineData("http://accounts.LOCALHOST./", true)]
    [InlineData("http://[::1]:8025/", true)]
    [InlineData("http://[::ffff:127.0.0.1]/", true)]
    [InlineData("http://0.0.0.0:8025/", true)]
    [InlineData("http://169.254.1.2/", true)]
    [InlineData("http://[fe80::1]/", true)]
    [InlineData("http://10.0.0.7/", false)]
    [InlineData("http://192.0.2.1/", false)]
    [InlineData("https://accounts.example.com/exists", false)]
    public void Of_an_http_service(string url, bool isLocal) =>
        Assert.Equal(isLocal, IsLocal($"{Config}recipients: {{ http: {{ url: '{url}' }} }}\n"));

    [Theory]
    [InlineData("127.0.0.1:24", true)]
    [InlineData("unix:/run/dovecot/lmtp", true)]
    [InlineData("localhost:24", true)]
    [InlineData("store.example.net:24", false)]
    public void Of_a_mail_store(string host, bool isLocal) => Assert.Equal(
        isLocal, IsLocal($"{Config}recipients: {{ verify: store }}\ndestinations: {{ store: {{ lmtp: {{ address: '{host}' }} }} }}\n"));

    private static bool IsLocal(string config) =>
        RecipientSources.Create(ConfigurationCase.OptionsOf(config), null, TimeProvider.System)!.IsLocal;
}
