using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// npm ajv (draft 2020-12, strict) with the schemas of docs/schemas accepts every YAML file that we ship and the bodies that webhooks get,
/// and refuses files that we refuse for their structure.
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
        var documents = Files().Select(Named).Concat(Documentation("docs/rules.md", "rules"))
            .Concat(Documentation("docs/rules-cookbook.md", "rules")).Concat(Documentation("docs/configuration.md", "config")).ToList();
        Assert.True(documents.Count >= 40, $"{documents.Count} documents");
        var found = await ValidateAsync(documents);
        Assert.Empty(found.Where(entry => entry.Value.Length > 0).Select(entry => $"{entry.Key}: {string.Join("; ", entry.Value)}"));
    }

    /// <summary>Bodies of requests, as the unit tests compare them octet for octet with what is sent.</summary>
    [Fact]
    public async Task What_webhooks_get_is_valid()
    {
        var (mails, notices) = (Mails(), Notices());
        Assert.NotEmpty(mails);
        Assert.Single(notices);
        var wrong = mails.Concat(notices).Select(document => document with
        {
            Name = $"wrong {document.Name}",
            Text = document.Text.Replace("\"size\":", "\"sise\":", StringComparison.Ordinal)
                .Replace("\"dead_letter\"", "\"dead\"", StringComparison.Ordinal),
        }).ToList();
        var found = await ValidateAsync([.. mails, .. notices, .. wrong]);
        Assert.Equal(
            wrong.Select(document => document.Name).Order(StringComparer.Ordinal),
            found.Where(entry => entry.Value.Length > 0).Select(entry => entry.Key).Order(StringComparer.Ordinal));
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

    private static List<Document> Mails() =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Root, "tests/testdata/webhook"), "json.http", SearchOption.AllDirectories)
            .Select(file => new Document(file, "mail", File.ReadAllText(file).Split("\n\n", 2)[1]))];

    private static List<Document> Notices() =>
        [.. JsonBlock().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs/notices.md")))
            .Select(block => new Document("docs/notices.md", "notice", block.Groups["json"].Value))];

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
        var schemas = new[] { "config", "rules", "mail", "notice" }.ToDictionary(
            name => name, name => Path.Combine(Checkout.Root, $"docs/schemas/{name}.schema.json"), StringComparer.Ordinal);
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

    [GeneratedRegex("^```json\n(?<json>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    private sealed record Document(string Name, string Schema, string Text);

    private sealed record Finding(string Name, string[] Problems);
}
