using System.Text.RegularExpressions;
using InboundBridge.UnitTests.Host.Commands;
using InboundBridge.UnitTests.Host.Configuration;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>The configuration in docs/relay.md is valid; each entry of docs/relay-cookbook.md passes <c>check</c> as it stands.</summary>
public partial class RelayPageTests
{
    private static readonly string CookbookText = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/relay-cookbook.md"));

    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/relay.md")) + CookbookText;

    public static TheoryData<string> Recipes => [.. Cookbook().Select(recipe => recipe.Title)];

    /// <summary>As a new user does: the entry's blocks as files in a fresh folder.</summary>
    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task Check_takes_each_entry_of_the_cookbook_as_it_stands(string title)
    {
        var blocks = Cookbook().Single(recipe => recipe.Title == title).Blocks;
        var folder = Directory.CreateTempSubdirectory("cookbook-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "rules"));
            foreach (var block in blocks)
            {
                var (file, text) = block.Split(':')[0] switch
                {
                    "rules" => ("rules/10.yaml", block),
                    "users" => ("users.yaml", block),
                    _ => ("inboundbridge.yaml", $"{block}spool: {{ path: {folder}/data }}\n"),
                };
                await File.WriteAllTextAsync(Path.Combine(folder, file), text, TestContext.Current.CancellationToken);
            }
            // What the entry tells the operator to make. Private keys are not read by --offline.
            foreach (var file in new[] { "srs.secret", "smarthost.password" })
                await File.WriteAllTextAsync(
                    Path.Combine(folder, file), "a secret of sixteen octets or more\n", TestContext.Current.CancellationToken);
            var check = new CommandRun();
            var code = await check.RunAsync("check", "--offline", "--config", Path.Combine(folder, "inboundbridge.yaml"));
            Assert.True(code == 0 && !check.Out.Contains("warning", StringComparison.Ordinal), check.Out + check.Error);
            Assert.DoesNotContain(", 0 tests passed", check.Out, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_cookbook_has_its_entries() => Assert.Equal(
        ["Forward a domain with SRS and ARC", "Smarthost with DKIM", "Branch office by ODMR"],
        Cookbook().Select(recipe => recipe.Title));

    [Fact]
    public void Every_piece_of_configuration_is_valid()
    {
        var pieces = Block().Matches(Text).Where(block => block.Groups["language"].Value == "yaml")
            .Select(block => block.Groups["text"].Value).Where(block => block.StartsWith("domains:", StringComparison.Ordinal)).ToList();
        Assert.True(pieces.Count >= 2);
        foreach (var yaml in pieces)
        {
            var text = new ConfigurationCase();
            foreach (var file in new[] { "srs.secret", "dkim.pem", "fullchain.pem", "privkey.pem", "users.yaml" })
                text.Files.Texts[$"{ConfigurationCase.Folder}/{file}"] = "a secret of sixteen octets or more";
            text.Options(yaml);
        }
    }

    private static IEnumerable<(string Title, IReadOnlyList<string> Blocks)> Cookbook() =>
        CookbookText.Split("\n## ").Skip(1).Select(entry => (
            entry[..entry.IndexOf('\n', StringComparison.Ordinal)],
            (IReadOnlyList<string>)[.. Block().Matches(entry).Where(block => block.Groups["language"].Value == "yaml")
                .Select(block => block.Groups["text"].Value)]));

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
