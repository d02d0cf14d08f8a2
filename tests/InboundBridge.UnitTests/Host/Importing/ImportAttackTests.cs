using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.UnitTests.Host.Commands;

namespace InboundBridge.UnitTests.Host.Importing;

/// <summary>
/// The exports of <c>tests/testdata/import</c> with values of every kind in every place: an importer refuses such a file with a line and a
/// column, or prints rules that pass <c>check</c> and their own tests. INBOUNDBRIDGE_IMPORT_ATTACKS sets how many are made of each export.
/// </summary>
public sealed partial class ImportAttackTests : IDisposable
{
    private static readonly int Attacks = int.TryParse(
        Environment.GetEnvironmentVariable("INBOUNDBRIDGE_IMPORT_ATTACKS"), CultureInfo.InvariantCulture, out var set) ? set : 8;

    private static readonly string[] Values =
    [
        "null", "0", "-1", "1e400", "true", "[]", "{}", "[null]", "[[\"a\"]]", "{\"a\":{\"b\":[1]}}", "\"\"", "\" \"", "\"*\"", "\"{x}\"",
        "\"a{b\"", "\"'\"", "\"\\\"\"", "\"a: b #c\"", "\"\\n- x\"", "\"\\u2028\"", "\"\\u0000\"", "\"\\u202e\"", "\"日本\"", "\"𝒳\"",
        "\"${HOME}\"", "\"@\"", "\"a@b\"", "\"a@b.example\"", "\"A@B.EXAMPLE.\"", "\"a+b@c.example\"", "\"a@[127.0.0.1]\"",
        "\"a@b@c.example\"", "\"\\\"a b\\\"@c.example\"", "\".example.com\"", "\"example.com\"", "\"-.example.com\"", "\"*@example.com\"",
        "\"a@*.example.com\"", "\"/x/\"", "\"!a\"", "\"&a\"", "\"https://x.example/\"", "\"https://u:p@x.example/a?b=${c}&d={e}\"",
        "\"http://[::1]/\"", "\"https://{x}.example/\"", "\"ftp://x\"", "\"https://x.example/ a\"", "\"https://日本.example/\"",
        "\"forward(\\\"a@b.example\\\")\"", "\"match_recipient(\\\"(.*)@(.*)\\\")\"", "\"match_header(\\\"Received\\\", \\\".*\\\")\"",
        "\"match_header(\\\"bcc\\\", \\\"(?i)[^a-]{2,}\\\\\\\\d\\\")\"", "\"2026-01-01T00:00:00Z\"", "\"Content-Type\"", "\"Received\"",
        "\"550\"", "\"4.1.1\"", "\"none\"", "\"true\"", "9999999999", "1.5",
    ];

    private readonly ImportedFolder _folder = new();

    public static TheoryData<string> Exports => [.. ImportedFolder.Exports().Where(name => name != "mailgun/cut")];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Exports))]
    public async Task A_changed_export_is_refused_with_its_place_or_becomes_valid_rules(string name)
    {
        var text = await File.ReadAllTextAsync(
            Path.Combine(ImportedFolder.Data, $"{name}.json"), TestContext.Current.CancellationToken);
        var random = new Random(name.Length * 31 + text.Length);
        for (var attack = 0; attack < Attacks; attack++)
        {
            var changed = JsonNode.Parse(text)!;
            for (var times = random.Next(1, 4); times > 0; times--)
                Change(changed, random);
            await JudgeAsync(name.Split('/')[0], changed.ToJsonString());
        }
    }

    /// <summary>Takes one place, and puts another value there, puts it there twice, or removes it.</summary>
    private static void Change(JsonNode root, Random random)
    {
        var places = Tree(root).Where(node => node?.Parent is not null).ToList();
        if (places.Count == 0)
            return;
        var place = places[random.Next(places.Count)]!;
        var value = random.Next(8) switch
        {
            0 => place.DeepClone(),
            1 => null,
            _ => JsonNode.Parse(Values[random.Next(Values.Length)]),
        };
        switch (place.Parent)
        {
            case JsonArray list when random.Next(3) == 0:
                list.Insert(random.Next(list.Count + 1), value);
                break;
            case JsonArray list when random.Next(5) == 0:
                list.Remove(place);
                break;
            case JsonArray list:
                list[list.IndexOf(place)] = value;
                break;
            case JsonObject map when random.Next(5) == 0:
                map.Remove(place.GetPropertyName());
                break;
            case JsonObject map when random.Next(8) == 0:
                map[$"more: {place.GetPropertyName()}"] = value;
                break;
            case JsonObject map:
                map[place.GetPropertyName()] = value;
                break;
        }
    }

    private static IEnumerable<JsonNode?> Tree(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Tree).Prepend(node),
        JsonObject map => map.SelectMany(entry => Tree(entry.Value)).Prepend(node),
        _ => [node],
    };

    private async Task JudgeAsync(string provider, string export)
    {
        await File.WriteAllTextAsync(_folder["changed.json"], export, TestContext.Current.CancellationToken);
        var import = new CommandRun();
        var code = await import.RunAsync("import", provider, _folder["changed.json"]);
        if (code == 1)
        {
            Assert.True(import.Out.Length == 0 && Place().IsMatch(import.Error), $"{export}\n{import.Error}{import.Out}");
            return;
        }
        Assert.True(code == 0, $"{export}\n{import.Error}");
        var configuration = _folder.Install(import.Out);
        foreach (var command in new[] { new[] { "check", "--offline" }, ["test"] })
        {
            var run = new CommandRun();
            code = await run.RunAsync([.. command, "--config", configuration]);
            Assert.True(code == 0, $"{command[0]}: {export}\n{run.Error}{run.Out}\n{import.Out}");
        }
    }

    [GeneratedRegex(@"changed\.json:1:\d+: error: ", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
