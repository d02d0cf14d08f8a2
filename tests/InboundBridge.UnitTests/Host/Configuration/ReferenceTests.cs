using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.Configuration;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>
/// docs/configuration.md has a row for every key that the reader has and for no other, with the default and the description of the schema.
/// </summary>
public partial class ReferenceTests
{
    [Fact]
    public void The_reference_has_each_key_with_its_default_and_description_and_no_other()
    {
        var reference = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/configuration.md"));
        using var schema = JsonDocument.Parse(ConfigurationSchema.Write());
        var missing = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        // What is read at the moment: the whole page, or the table of one kind of destination.
        var page = reference;
        Visit(schema.RootElement, string.Empty);
        Assert.Empty(missing);
        Assert.Equal(
            [], Table().Matches(reference).SelectMany(table => Row().Matches(table.Value)).Select(row => row.Groups[1].Value)
                .Where(key => !known.Contains(key)));

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
            known.Add(prefix + key.Name);
            var line = page.Split('\n').FirstOrDefault(line => line.StartsWith($"| `{prefix}{key.Name}` |", StringComparison.Ordinal));
            var isSection = reference.Contains($"### `{prefix}{key.Name}`", StringComparison.Ordinal);
            if (line is null && !isSection)
                missing.Add(prefix + key.Name);
            else if (key.Value.TryGetProperty("default", out var value)
                && !line!.Contains($"`{value}`", StringComparison.OrdinalIgnoreCase))
                missing.Add($"{prefix}{key.Name}: default {value}");
            else if (line is not null && !(isSection && page == reference) && key.Value.TryGetProperty("description", out var described)
                && Plain(line.TrimEnd('|').Split(" | ")[^1]) != Plain(described.GetString()!))
                missing.Add($"{prefix}{key.Name}: described as {described}");
            Visit(key.Value, $"{prefix}{key.Name}.");
        }
    }

    /// <summary>Without the marks of Markdown: the schema names a page where this page has a link.</summary>
    private static string Plain(string text) => Link().Replace(text, "docs/$1").Replace("`", string.Empty, StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"\[(?<page>[\w-]+\.md)\]\([^)]*\)")]
    private static partial Regex Link();

    /// <summary>A table of keys.</summary>
    [GeneratedRegex(@"^\| key \| value \|.*\n(?:\|.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^\| `(?<key>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
