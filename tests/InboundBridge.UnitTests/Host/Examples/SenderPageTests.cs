using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.MailFlow.SenderAuthentication.Dmarc;
using InboundBridge.MailFlow.SenderAuthentication.ResultsField;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Loading;
using InboundBridge.UnitTests.Host.Configuration;
using InboundBridge.UnitTests.MailFlow.Verdicts;
using InboundBridge.UnitTests.Rules;
using InboundBridge.UnitTests.Rules.Scripting.Workers;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>Every block of docs/sender.md is what the product writes or takes, and its table of limits has the defaults.</summary>
public partial class SenderPageTests
{
    private const string Page = "docs/sender.md";

    /// <summary>Every check is configured.</summary>
    private const string Everything = """
        domains: [example.com]
        authentication: { dnsbl: [{ zone: list.example.net }] }

        """;

    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, Page));

    [Fact]
    public async Task Every_rule_file_loads_and_passes_its_own_tests()
    {
        await using var scripts = InProcessWorker.Pool();
        var files = Blocks("yaml").Where(block => block.Text.StartsWith("rules:", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, files.Count);
        var missing = FactChecks.Missing(ConfigurationCase.OptionsOf(Everything))
            .Where(entry => entry.Key.Source.Check?.StartsWith("scanners.", StringComparison.Ordinal) != true).ToDictionary();
        foreach (var (line, yaml) in files)
        {
            var problems = new SourceProblems();
            var environment = RuleFixture.Environment() with { Unsupplied = missing };
            var set = RuleSetLoader.Load([new RuleFile(Page, new string('\n', line) + yaml)], environment, problems);
            Assert.Empty(problems.Items);
            Assert.True(set!.Tests.Count >= 2, $"{Page}:{line}");
            Assert.Empty(await RuleFixture.RunTestsAsync(set, scripts));
        }
    }

    [Fact]
    public void Every_piece_of_configuration_is_valid()
    {
        var pieces = Blocks("yaml").Where(block => !block.Text.StartsWith("rules:", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, pieces.Count);
        foreach (var (_, yaml) in pieces)
            ConfigurationCase.OptionsOf("domains: [example.com]\n" + yaml);
    }

    [Fact]
    public void The_object_is_what_is_written() => Assert.Equal(
        JsonNode.Parse(Assert.Single(Blocks("json")).Text)!.ToJsonString(), JsonNode.Parse(VerdictsJson.Write(SampleVerdicts.Passing))!.ToJsonString());

    [Fact]
    public void The_field_is_what_is_written()
    {
        var signature = SampleVerdicts.Passing.Dkim[0] with { SignaturePrefix = "Kx9pQa12" };
        var field = AuthenticationResults.Compose(new ResultsFieldInput("mx.example.com", SampleVerdicts.Passing with { Dkim = [signature] })
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
            "domains in From" => dmarc.AuthorDomains,
            _ => dmarc.Identifiers,
        };
        Assert.Equal(said.Split(' ')[0], number.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<(int Line, string Text)> Blocks(string language) =>
        Block().Matches(Text).Where(block => block.Groups["language"].Value == language)
            .Select(block => (Text.AsSpan(0, block.Groups["text"].Index).Count('\n'), block.Groups["text"].Value));

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
