using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.SenderAuthentication.Dmarc;
using InboundBridge.MailFlow.SenderAuthentication.ResultsField;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.UnitTests.Host.Commands;
using InboundBridge.UnitTests.Host.Configuration;
using InboundBridge.UnitTests.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>
/// Every block of the pages about senders and scanners is what the product writes or takes, and the table of limits has the defaults.
/// </summary>
public partial class SenderPageTests
{
    private static readonly string CookbookText = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/sender-cookbook.md"));

    private static readonly string Text = string.Concat(new[] { "sender", "scanners", "sender-limits", "sender-cookbook" }
        .Select(page => File.ReadAllText(Path.Combine(RepositoryFiles.Root, $"docs/{page}.md"))));

    public static TheoryData<string> Recipes => [.. Cookbook().Select(recipe => recipe.Title)];

    /// <summary>As a new user does: the page's configuration, the entry's own, and its rules in a fresh folder.</summary>
    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task Check_takes_each_entry_of_the_cookbook_as_it_stands(string title)
    {
        var (_, configuration, rules) = Cookbook().Single(recipe => recipe.Title == title);
        var folder = Directory.CreateTempSubdirectory("cookbook-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "rules"));
            var file = Path.Combine(folder, "inboundbridge.yaml");
            await File.WriteAllTextAsync(
                file, $"{Base()}spool: {{ path: {folder}/data }}\n{configuration}", TestContext.Current.CancellationToken);
            if (rules is not null)
                await File.WriteAllTextAsync(
                    Path.Combine(folder, "rules", "10-sender.yaml"), rules, TestContext.Current.CancellationToken);
            var check = new CommandRun();
            var code = await check.RunAsync("check", "--offline", "--config", file);
            Assert.True(code == 0 && !check.Out.Contains("warning", StringComparison.Ordinal), check.Out + check.Error);
            Assert.DoesNotContain(rules is null ? "error" : ", 0 tests passed", check.Out, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task All_entries_of_the_cookbook_can_stand_in_one_folder()
    {
        var folder = Directory.CreateTempSubdirectory("cookbook-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "rules"));
            var file = Path.Combine(folder, "inboundbridge.yaml");
            // Two entries that have the same section have different keys in it.
            var sections = Cookbook().Where(recipe => recipe.Configuration.Length > 0)
                .Select(recipe => recipe.Configuration.Split('\n', 2)).GroupBy(parts => parts[0], parts => parts[1])
                .Select(section => $"{section.Key}\n{string.Concat(section)}");
            var together = string.Concat(sections).Replace("enforce", "on", StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                file, $"{Base()}spool: {{ path: {folder}/data }}\n{together}", TestContext.Current.CancellationToken);
            foreach (var (number, recipe) in Cookbook().Where(recipe => recipe.Rules is not null).Index())
                await File.WriteAllTextAsync(
                    Path.Combine(folder, "rules", $"{number + 1}0.yaml"), recipe.Rules, TestContext.Current.CancellationToken);
            var check = new CommandRun();
            var code = await check.RunAsync("check", "--offline", "--config", file);
            Assert.True(code == 0 && !check.Out.Contains("warning", StringComparison.Ordinal), check.Out + check.Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The rule reads what a person sees, however the name is written in the mail.</summary>
    [Theory]
    [InlineData("\"ceo@example.com\" <al@quar.example>", true)]
    [InlineData("=?utf-8?q?ceo=40example.com?= <al@quar.example>", true)]
    [InlineData("=?utf-8?b?Q0VPIDxjZW9AZXhhbXBsZS5jb20+?= <al@quar.example>", true)]
    [InlineData("=?utf-8?q?ceo=40exam?= =?utf-8?q?ple.com?= <al@quar.example>", true)]
    [InlineData("=?utf-8?q?ceo=40exam?=\r\n =?utf-8?q?ple.com?= <al@quar.example>", true)]
    [InlineData("\"Boss\r\n boss@mail.example.com\" <al@quar.example>", true)]
    [InlineData("ceo@example.com <al@quar.example>", true)]
    [InlineData("\"ceo at example\" <al@quar.example>", false)]
    [InlineData("\"ceo@example.com\" <ceo@example.com>", false)]
    public async Task Our_address_as_the_name_of_another_is_refused_in_every_form(string from, bool isRefused)
    {
        var folder = Directory.CreateTempSubdirectory("cookbook-").FullName;
        try
        {
            var rules = Path.Combine(folder, "rules");
            Directory.CreateDirectory(rules);
            var file = Path.Combine(folder, "inboundbridge.yaml");
            await File.WriteAllTextAsync(
                file, $"{Base()}spool: {{ path: {folder}/data }}\n", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(rules, "10.yaml"), Cookbook().First().Rules, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(rules, "mail.eml"), $"From: {from}\r\nTo: ann@example.com\r\nSubject: pay\r\n\r\nNow.\r\n",
                TestContext.Current.CancellationToken);
            var expected = isRefused ? "rule: our address as the name of another, reject: true" : "default: true";
            await File.WriteAllTextAsync(
                Path.Combine(rules, "20.yaml"),
                "tests:\n  - { name: form, eml: mail.eml, mail: { sender: al@quar.example, recipient: ann@example.com }, "
                    + $"given: {{ verdict: pass, dmarc: pass, spf: pass, dkim: pass }}, expect: {{ {expected} }} }}\n",
                TestContext.Current.CancellationToken);
            var test = new CommandRun();
            Assert.True(await test.RunAsync("test", "--config", file) == 0, test.Out + test.Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_cookbook_has_its_entries()
    {
        var recipes = Cookbook().ToList();
        Assert.Equal(7, recipes.Count);
        Assert.Equal(6, recipes.Count(recipe => recipe.Rules is not null));
    }

    [Fact]
    public void Every_piece_of_configuration_is_valid()
    {
        var pieces = Blocks("yaml").Select(block => block.Text)
            .Where(block => !block.StartsWith("rules:", StringComparison.Ordinal)).ToList();
        Assert.Equal(7, pieces.Count);
        foreach (var yaml in pieces)
            ConfigurationCase.OptionsOf(yaml.Contains("domains:", StringComparison.Ordinal) ? yaml : "domains: [example.com]\n" + yaml);
    }

    [Fact]
    public void The_object_is_what_is_written() => Assert.Equal(
        JsonNode.Parse(Assert.Single(Blocks("json")).Text)!.ToJsonString(),
        JsonNode.Parse(VerdictsJson.Write(SampleVerdicts.Passing))!.ToJsonString());

    [Fact]
    public void The_field_is_what_is_written()
    {
        var signature = SampleVerdicts.Passing.Dkim[0] with { SignaturePrefix = "Kx9pQa12" };
        var field = AuthenticationResults.Compose(
            new ResultsFieldInput("mx.example.com", SampleVerdicts.Passing with { Dkim = [signature] })
            {
                Client = IPAddress.Parse("192.0.2.25"),
                MailFrom = "al@example.com",
                DkimWasChecked = true,
            });
        Assert.Equal(Assert.Single(Blocks("text")).Text, field.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("`authentication.limits.dns_time`", "10 s")]
    [InlineData("`authentication.limits.dns_queries`", "8")]
    [InlineData("`authentication.limits.spf_terms`", "10")]
    [InlineData("`authentication.limits.spf_void_lookups`", "2")]
    [InlineData("`authentication.limits.dkim_signatures`", "10")]
    [InlineData("`authentication.limits.arc_sets`", "50")]
    [InlineData("fields of a header", "5,000")]
    [InlineData("domains in From", "4")]
    [InlineData("domains compared with the author's", "12")]
    public void Limits_have_the_defaults_of_the_table(string limit, string said)
    {
        Assert.Contains($"\n| {limit} | {said} |", Text);
        var (limits, dmarc) = (new AuthenticationLimits(), new DmarcOptions());
        var number = limit.Split('.')[^1].TrimEnd('`') switch
        {
            "dns_time" => (int)limits.DnsTime.TotalSeconds,
            "dns_queries" => limits.DnsQueries,
            "spf_terms" => limits.SpfTerms,
            "spf_void_lookups" => limits.SpfVoidLookups,
            "dkim_signatures" => limits.DkimSignatures,
            "arc_sets" => limits.ArcSets,
            "fields of a header" => MimeLimits.Default.HeaderCount,
            "domains in From" => dmarc.AuthorDomains,
            _ => dmarc.Identifiers,
        };
        Assert.Equal(said.Split(' ')[0].Replace(",", "", StringComparison.Ordinal), number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Each entry: its title, the configuration that it needs beside <see cref="Base"/>, and its rules.</summary>
    private static IEnumerable<(string Title, string Configuration, string? Rules)> Cookbook()
    {
        foreach (var entry in CookbookText.Split("\n## ").Skip(1).Where(entry => entry.Contains("```yaml", StringComparison.Ordinal)))
        {
            var blocks = Block().Matches(entry).Select(block => block.Groups["text"].Value).ToList();
            yield return (
                entry[..entry.IndexOf('\n', StringComparison.Ordinal)],
                string.Concat(blocks.Where(block => !block.StartsWith("rules:", StringComparison.Ordinal))),
                blocks.SingleOrDefault(block => block.StartsWith("rules:", StringComparison.Ordinal)));
        }
    }

    /// <summary>The configuration at the top of the cookbook.</summary>
    private static string Base() => Blocks("yaml").First(block => block.Text.StartsWith("hostname:", StringComparison.Ordinal)).Text;

    private static IEnumerable<(int Line, string Text)> Blocks(string language) =>
        Block().Matches(Text).Where(block => block.Groups["language"].Value == language)
            .Select(block => (Text.AsSpan(0, block.Groups["text"].Index).Count('\n'), block.Groups["text"].Value));

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
