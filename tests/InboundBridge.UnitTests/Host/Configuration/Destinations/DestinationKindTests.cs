using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Schemas;
using InboundBridge.UnitTests.Rules;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration.Destinations;

/// <summary>A kind of destination is one descriptor: rules, schemas and scripts follow from it and know none by name.</summary>
public partial class DestinationKindTests
{
    private static readonly RuleSetEnvironment OneKind = new()
    {
        Kinds = [new RuleDestinationKind("pigeon") { NotFromMail = new HashSet<string> { "loft" } }],
        Destinations = new Dictionary<string, string> { ["home"] = "pigeon" },
        CheckOption = (_, _, value, _) => YamlJson.Convert(value)!.ToJsonString(),
    };

    [Fact]
    public void Rules_name_no_kind_in_their_code()
    {
        var offences = RepositoryFiles.SourceFiles("src/InboundBridge.Rules").SelectMany(file => File.ReadLines(file)
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .SelectMany(line => Literal().Matches(line).Where(match => DestinationKinds.Names.Contains(match.Groups[1].Value)).Select(_ =>
                $"{file}: {line.Trim()}")));
        Assert.Empty(offences);
    }

    [Fact]
    public void A_rule_delivers_to_a_kind_that_only_the_environment_knows()
    {
        var set = Load("rules: [{ name: a, then: [ { pigeon: { destination: home, speed: 3 } } ] }]", out var problems);
        Assert.Empty(problems);
        var delivery = Assert.Single(RuleFixture.Decide(set!, RuleFixture.Facts(), "bo@example.com").Deliveries);
        Assert.Equal(("home", """{"speed":3}"""), (delivery.Destination, delivery.OptionsJson));
    }

    [Fact]
    public void An_unknown_kind_is_not_an_action()
    {
        Load("rules: [{ name: a, then: [ { pidgeon: home } ] }]", out var problems);
        Assert.Contains("did you mean 'pigeon'?", Assert.Single(problems));
    }

    [Fact]
    public void Tests_in_rule_files_expect_deliveries_by_the_kinds_name()
    {
        Load(
            """
            rules: [{ name: a, then: [ pigeon: home ] }]
            tests: [{ name: t, mail: { recipient: bo@example.com }, expect: { pigeon: home } }]
            """,
            out var problems);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("loft: '{recipient}'", "'loft' can't be filled from the mail")]
    [InlineData("speed: '{recipient}'", null)]
    public void The_mail_can_not_fill_an_option_that_is_fixed_against_it(string option, string? problem)
    {
        Load($"rules: [{{ name: a, then: [ {{ pigeon: {{ destination: home, {option} }} }} ] }}]", out var problems);
        if (problem is null)
            Assert.Empty(problems);
        else
            Assert.Contains(problem, Assert.Single(problems));
    }

    [Fact]
    public void The_schema_of_rules_has_the_kinds_that_it_is_given()
    {
        var definitions = JsonNode.Parse(RuleSchema.ToJson(OneKind.Kinds))!["$defs"]!;
        Assert.NotNull(definitions["action"]!["anyOf"]![1]!["properties"]!["pigeon"]);
        Assert.Null(definitions["action"]!["anyOf"]![1]!["properties"]!["webhook"]);
        Assert.NotNull(definitions["test"]!["properties"]!["expect"]!["properties"]!["pigeon"]);
    }

    [Fact]
    public void The_schema_of_the_configuration_has_every_kind()
    {
        var kinds =
            JsonNode.Parse(ConfigurationSchema.Write())!["properties"]!["destinations"]!["additionalProperties"]!["properties"]!.AsObject();
        Assert.Equal(DestinationKinds.Names, kinds.Select(kind => kind.Key));
    }

    private static RuleSet? Load(string yaml, out IReadOnlyList<string> found)
    {
        var problems = new SourceProblems();
        var set = RuleSetLoader.Load([new RuleFile("rules.yaml", yaml)], OneKind, problems);
        found = [.. problems.Items.Select(problem => problem.ToString())];
        return set;
    }

    [GeneratedRegex("\"([a-z]+)\"")]
    private static partial Regex Literal();
}
