using System.Text.Json;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Sections;
using InboundBridge.Configuration.Sources;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration;

public class ConfigurationSchemaTests
{
    [Fact]
    public void The_schema_in_the_repository_is_current()
    {
        var kept = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/schemas/config.schema.json"));
        Assert.True(
            kept == ConfigurationSchema.Write(),
            "run: dotnet run --project src/InboundBridge -- schema config > docs/schemas/config.schema.json");
    }

    [Fact]
    public void Every_object_of_the_schema_is_closed_and_every_key_is_described()
    {
        using var schema = JsonDocument.Parse(ConfigurationSchema.Write());
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        var keys = 0;
        Visit(schema.RootElement);
        Assert.InRange(keys, 100, 500);

        void Visit(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
                foreach (var item in element.EnumerateArray())
                    Visit(item);
            if (element.ValueKind != JsonValueKind.Object)
                return;
            if (element.TryGetProperty("properties", out var properties))
            {
                Assert.True(element.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False);
                foreach (var key in properties.EnumerateObject().Where(key => key.Name is not ("webhook" or "lmtp" or "relay")))
                    Assert.True(key.Value.GetProperty("description").GetString()!.Length > 0 && ++keys > 0, key.Name);
            }
            foreach (var property in element.EnumerateObject())
                Visit(property.Value);
        }
    }

    /// <summary>The reference and the schema state defaults; a changed default must not leave them behind.</summary>
    [Fact]
    public void Stated_defaults_are_the_defaults()
    {
        Assert.Empty(SmtpLimitsSection.Shape.WrongStatedDefaults(Read));
        Assert.Empty(SmtpSection.Shape.WrongStatedDefaults(Read));
        Assert.Empty(TlsSection.Shape.WrongStatedDefaults(Read));
        Assert.Empty(AuthenticationSection.Shape.WrongStatedDefaults(Read));
        Assert.Empty(AuthenticationSection.Limits.WrongStatedDefaults(Read));
        Assert.Empty(ScannersSection.Shape.WrongStatedDefaults(Read));
        Assert.Empty(RulesSection.Shape.WrongStatedDefaults(Read));
        Assert.Empty(SpoolSection.Shape.WrongStatedDefaults(Read));
        Assert.Empty(DeliverySection.Shape.WrongStatedDefaults(Read));
        Assert.Empty(SmallSections.Scripts.WrongStatedDefaults(Read));
        Assert.Empty(SmallSections.Dns.WrongStatedDefaults(Read));
        Assert.Empty(SmallSections.Log.WrongStatedDefaults(Read));
        Assert.All(DestinationKinds.All, kind => Assert.Empty(kind.Shape.WrongStatedDefaults(Read)));
    }

    private static (YamlNode Node, ConfigReading Reading) Read(string text)
    {
        var problems = new SourceProblems();
        var node = new YamlScalar(new SourcePosition("default", 1, 1), text, IsPlain: true);
        var files = new FakeConfigurationFiles();
        var tree = new ExpandedTree(node, new Expansion(new Dictionary<string, string>(StringComparer.Ordinal), files, "/"), problems);
        return (node, new ConfigReading(problems, files, tree, "/"));
    }
}
