using System.Text.Json;
using InboundBridge.Configuration;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>docs/configuration.md names every key and states every default that the reader has.</summary>
public class ReferenceTests
{
    [Fact]
    public void Every_key_is_in_the_reference_with_its_default()
    {
        var reference = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/configuration.md"));
        using var schema = JsonDocument.Parse(ConfigurationSchema.Write());
        var missing = new List<string>();
        // What is read at the moment: the whole page, or the table of one kind of destination.
        var page = reference;
        Visit(schema.RootElement, string.Empty);
        Assert.Empty(missing);

        void Visit(JsonElement section, string prefix)
        {
            if (section.TryGetProperty("anyOf", out var alternatives))
                foreach (var alternative in alternatives.EnumerateArray())
                    Visit(alternative, prefix);
            if (section.TryGetProperty("items", out var items))
                Visit(items, prefix.TrimEnd('.') + "[].");
            if (!section.TryGetProperty("properties", out var properties))
                return;
            foreach (var key in properties.EnumerateObject())
                Key(key, prefix);
        }

        void Key(JsonProperty key, string prefix)
        {
            if (prefix.Length == 0 && key.Name == "destinations")
            {
                foreach (var kind in key.Value.GetProperty("additionalProperties").GetProperty("properties").EnumerateObject())
                {
                    page = reference[reference.IndexOf($"### `destinations.NAME.{kind.Name}`", StringComparison.Ordinal)..];
                    page = page[..page.IndexOf("\n### ", StringComparison.Ordinal)];
                    Visit(kind.Value, string.Empty);
                }
                page = reference;
                return;
            }
            var line = page.Split('\n').FirstOrDefault(line => line.StartsWith($"| `{prefix}{key.Name}` |", StringComparison.Ordinal));
            var isSection = reference.Contains($"### `{prefix}{key.Name}`", StringComparison.Ordinal);
            if (line is null && !isSection)
                missing.Add(prefix + key.Name);
            else if (key.Value.TryGetProperty("default", out var value)
                && !line!.Contains($"`{value}`", StringComparison.OrdinalIgnoreCase))
                missing.Add($"{prefix}{key.Name}: default {value}");
            Visit(key.Value, $"{prefix}{key.Name}.");
        }
    }
}
