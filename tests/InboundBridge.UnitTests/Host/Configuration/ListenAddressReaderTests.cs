using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.Configuration.Values;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>Commands that call a running appliance need its address and none of its secrets.</summary>
public class ListenAddressReaderTests
{
    [Theory]
    [InlineData("http: { listen: \"127.0.0.1:9090\", tokens: [{ name: x, hash: \"${file:/run/secrets/hash}\" }] }", "127.0.0.1:9090", "mx1", false)]
    [InlineData("hostname: mx.example.com\nhttp: { listen: { address: \"0.0.0.0:443\", tls: implicit } }", "0.0.0.0:443", "mx.example.com", true)]
    [InlineData("http: { public_url: \"${URL}\" }\ndestinations: { hook: { webhook: { url: \"${URL}\", secret: \"${SECRET}\" } } }", "127.0.0.1:8080", "mx1", false)]
    [InlineData("smpt: { what: ever }", "127.0.0.1:8080", "mx1", false)]
    public void Secrets_and_other_keys_are_not_read(string yaml, string address, string hostname, bool isTls)
    {
        var problems = new SourceProblems();
        var where = ListenAddressReader.Read(Source(yaml), problems);
        Assert.Empty(problems.Items);
        Assert.Equal((address, hostname, isTls), (EndPointText.Format(where!.Address), where.Hostname, where.IsTls));
    }

    [Theory]
    [InlineData("http: { listen: \"${PORT}\" }", "PORT")]
    [InlineData("http: { listen: 8080 }", "expected an address with a port")]
    [InlineData("http: [", "not valid YAML")]
    public void What_is_wrong_with_the_address_is_said(string yaml, string problem)
    {
        var problems = new SourceProblems();
        Assert.Null(ListenAddressReader.Read(Source(yaml), problems));
        Assert.Contains(problem, string.Join('\n', problems.Items), StringComparison.Ordinal);
    }

    private static ConfigurationSource Source(string yaml)
    {
        var files = new FakeConfigurationFiles();
        files.Texts[$"{ConfigurationCase.Folder}/inboundbridge.yaml"] = yaml;
        return new ConfigurationSource
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            Set = [],
            CurrentFolder = ConfigurationCase.Folder,
            MachineName = "MX1",
            Files = files,
        };
    }
}
