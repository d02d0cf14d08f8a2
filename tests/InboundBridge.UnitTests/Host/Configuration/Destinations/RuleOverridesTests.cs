using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Sources;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration.Destinations;

public class RuleOverridesTests
{
    [Theory]
    [InlineData("webhook", "format", "raw", "\"raw\"")]
    [InlineData("webhook", "timeout", "1.5m", "\"90s\"")]
    [InlineData("webhook", "url", "'https://app.example.com/{ticket}'", "\"https://app.example.com/{ticket}\"")]
    [InlineData("webhook", "headers", "{ X-Ticket: '{ticket}', X-Number: 7 }", "{\"X-Ticket\":\"{ticket}\",\"X-Number\":7}")]
    [InlineData("webhook", "attachments", "{ inline: 2mb, otherwise: omit }", "{\"inline\":\"2MB\",\"otherwise\":\"omit\"}")]
    [InlineData("relay", "port", "2525", "2525")]
    [InlineData("lmtp", "connect_timeout", "60s", "\"1m\"")]
    public void An_option_becomes_json_in_one_spelling(string kind, string option, string yaml, string json)
    {
        var (result, problems) = Check(kind, option, yaml);
        Assert.Empty(problems.Items);
        Assert.Equal(json, result);
    }

    [Theory]
    [InlineData("webhook", "timeout", "soon", "r.yaml:1:1: error: expected a duration, not 'soon' (such as 100ms, 30s, 5m, 2h, 3d)")]
    [InlineData("webhook", "formt", "raw", "r.yaml:1:1: error: a webhook has no option 'formt' (did you mean 'format'?)")]
    [InlineData("webhook", "retry", "{}", "r.yaml:1:1: error: 'retry' belongs to the destination as a whole (a rule can't override it)")]
    [InlineData("relay", "port", "0", "r.yaml:1:1: error: '0' is not allowed: 1 to 65535")]
    public void A_wrong_option_is_a_problem_at_its_place(string kind, string option, string yaml, string expected)
    {
        var (result, problems) = Check(kind, option, yaml);
        Assert.Null(result);
        Assert.Equal(expected, Assert.Single(problems.Items).ToString());
    }

    [Theory]
    [InlineData("webhook", "secret", "''")]
    [InlineData("webhook", "secret", "${EMPTY}")]
    [InlineData("webhook", "auth", "{ bearer: '${EMPTY}' }")]
    [InlineData("webhook", "headers", "{ X-Ticket: '{ticket}', X-Key: '${EMPTY}' }")]
    [InlineData("webhook", "headers", "{ X-Ticket: '{ticket}', webhook-id: x }")]
    [InlineData("webhook", "allow_private_addresses", "true")]
    public void A_secret_that_expands_to_nothing_is_a_problem_in_a_rule_too(string kind, string option, string yaml)
    {
        var (result, problems) = Check(kind, option, yaml);
        Assert.Null(result);
        Assert.True(problems.HasErrors);
    }

    /// <summary>A template beside it kept <c>${TOKEN}</c> from being filled in, and then <c>{TOKEN}</c> was nothing.</summary>
    [Fact]
    public void Expressions_are_filled_in_beside_templates_and_their_braces_stay_braces()
    {
        var (result, problems) = Check("webhook", "headers", "{ X-Ticket: '{ticket}', Authorization: 'Bearer ${TOKEN}' }");
        Assert.Empty(problems.Items);
        Assert.Equal("""{"X-Ticket":"{ticket}","Authorization":"Bearer tok{{en}}"}""", result);
    }

    [Fact]
    public void A_path_is_relative_to_the_file_that_names_it()
    {
        var (result, problems) = Check("webhook", "auth", "{ client_certificate: me.pem }");
        Assert.Empty(problems.Items);
        Assert.Equal("""{"client_certificate":"/rules/me.pem"}""", result);
    }

    private static (string? Json, SourceProblems Problems) Check(string kind, string option, string yaml)
    {
        var problems = new SourceProblems();
        var node = YamlReader.Read(yaml, yaml.Contains("me.pem", StringComparison.Ordinal) ? "/rules/r.yaml" : "r.yaml", problems)!;
        var files = new FakeConfigurationFiles();
        files.Texts["/rules/me.pem"] = string.Empty;
        var source = new ConfigurationSource
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["EMPTY"] = string.Empty, ["TOKEN"] = "tok{en}" },
            CurrentFolder = "/",
            MachineName = "mx1",
            Files = files,
        };
        return (new RuleOverrides(source).Check(kind, option, node, problems), problems);
    }
}
