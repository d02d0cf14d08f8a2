using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.UnitTests.Host.Configuration.Sources;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>A configuration to read: <c>/etc/ib/inboundbridge.yaml</c> in memory, with other files beside it.</summary>
internal sealed class ConfigurationCase
{
    public const string Folder = "/etc/ib";

    public FakeConfigurationFiles Files { get; } = new();

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public List<string> Set { get; } = [];

    public ConfigurationOutcome Read(string? yaml)
    {
        if (yaml is not null)
            Files.Texts[$"{Folder}/inboundbridge.yaml"] = yaml;
        return ConfigurationReader.Read(new ConfigurationSource
        {
            Environment = Environment,
            Set = Set,
            CurrentFolder = Folder,
            MachineName = "MX1",
            Files = Files,
        });
    }

    /// <summary>The options; fails with every problem when there is an error.</summary>
    public ApplianceOptions Options(string? yaml)
    {
        var outcome = Read(yaml);
        Assert.True(outcome.Options is not null, string.Join('\n', outcome.Problems.Items));
        return outcome.Options;
    }

    public static ApplianceOptions OptionsOf(string yaml) => new ConfigurationCase().Options(yaml);
}
