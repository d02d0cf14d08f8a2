using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// npm ajv (draft 2020-12, strict) with the schemas of docs/schemas accepts every YAML file that we ship, and refuses files that we refuse
/// for their structure.
/// </summary>
public sealed partial class An_independent_validator_agrees_with_the_schemas
{
    private const string Modeline = "# yaml-language-server: $schema=";

    /// <summary>Files with a wrong structure. Other wrong files name things that don't exist, which a schema can't detect.</summary>
    private static readonly string[] Broken =
    [
        "unknown-key.yaml", "wrong-types.yaml", "not-a-mapping.yaml", "not-yaml.yaml", "unclosed-list.yaml", "twice.yaml",
        "rules/typos.yaml", "rules/shapes.yaml", "rules/not-a-mapping.yaml", "rules/duplicate-key.yaml", "rules/broken.yaml",
    ];

    [Fact]
    public async Task Everything_shipped_names_its_schema_and_is_valid()
    {
        var documents = Files().Select(Named).Concat(Documentation("docs/rules.md", "rules")).Concat(
            Documentation("docs/configuration.md", "config")).ToList();
        Assert.True(documents.Count >= 40, $"{documents.Count} documents");
        var found = await ValidateAsync(documents);
        Assert.Empty(found.Where(entry => entry.Value.Length > 0).Select(entry => $"{entry.Key}: {string.Join("; ", entry.Value)}"));
    }

    [Fact]
    public async Task Files_with_a_wrong_structure_are_refused_by_both()
    {
        var folder = Path.Combine(Checkout.Root, "tests/testdata/bad-config");
        var documents = Broken.Select(name => new Document(name, name.StartsWith("rules/", StringComparison.Ordinal)
            ? "rules"
            : "config", File.ReadAllText(Path.Combine(folder, name)))).ToList();
        var found = await ValidateAsync(documents);
        Assert.Empty(found.Where(entry => entry.Value.Length == 0).Select(entry => entry.Key));
    }

    private static IEnumerable<string> Files() => new[] { "examples", "rules", "tests/testdata/rules", "tests/testdata/explain" }
        .SelectMany(folder => Directory.GetFiles(Path.Combine(Checkout.Root, folder), "*.yaml", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal);

    private static Document Named(string file)
    {
        var text = File.ReadAllText(file);
        var first = text[..text.IndexOf('\n', StringComparison.Ordinal)];
        Assert.True(first.StartsWith(Modeline, StringComparison.Ordinal), $"{file} does not name its schema");
        var schema = Path.GetFullPath(first[Modeline.Length..], Path.GetDirectoryName(file)!);
        Assert.Equal(Path.Combine(Checkout.Root, "docs/schemas"), Path.GetDirectoryName(schema));
        return new Document(Path.GetRelativePath(Checkout.Root, file), Path.GetFileName(schema).Split('.')[0], text);
    }

    private static IEnumerable<Document> Documentation(string file, string schema)
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Root, file));
        // users.yaml has its own keys and no schema.
        return Block().Matches(text).Where(block => !block.Groups["yaml"].Value.StartsWith("# users.yaml", StringComparison.Ordinal))
            .Select(block => new Document($"{file}:{text.AsSpan(0, block.Index).Count('\n') + 1}", schema, block.Groups["yaml"].Value));
    }

    private static async Task<Dictionary<string, string[]>> ValidateAsync(List<Document> documents)
    {
        var node = PeerPrograms.Node(out var environment);
        var schemas = new Dictionary<string, string>
        {
            ["config"] = Path.Combine(Checkout.Root, "docs/schemas/config.schema.json"),
            ["rules"] = Path.Combine(Checkout.Root, "docs/schemas/rules.schema.json"),
        };
        var input = JsonSerializer.SerializeToUtf8Bytes(new { schemas, documents }, JsonSerializerOptions.Web);
        var result = (
            await PeerProcess.RunAsync("ajv", node, [PeerPrograms.Script("schema.mjs")], input, environment: environment)).Succeeded("ajv");
        var found = result.StandardOutput.Split('\n').Where(line => line.StartsWith('{')).Select(
            line => JsonSerializer.Deserialize<Finding>(line, JsonSerializerOptions.Web)!)
            .ToDictionary(finding => finding.Name, finding => finding.Problems, StringComparer.Ordinal);
        Assert.Equal(documents.Count, found.Count);
        return found;
    }

    [GeneratedRegex("^```yaml\n(?<yaml>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    private sealed record Document(string Name, string Schema, string Text);

    private sealed record Finding(string Name, string[] Problems);
}
