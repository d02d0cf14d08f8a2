using System.Text.Json.Nodes;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.UnitTests.Rules.Scripting.Workers;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Rules.Scripting;

/// <summary>Options that a script hands to a destination pass the check that a rule's options in YAML pass.</summary>
public class ScriptOptionsTests
{
    [Theory]
    [InlineData(
        "{ format: 'postmark', timeout: '30s', headers: { 'X-A': 'b' } }",
        """{"format":"postmark","timeout":"30s","headers":{"X-A":"b"}}""")]
    [InlineData("{ to: 'al@other.example', responses: { 406: 'discard' } }", """{"responses":{"406":"discard"}}""")]
    [InlineData(
        "{ headers: { 'X-Key': '${HELPDESK_SECRET}', 'X-File': '${file:/etc/passwd}' } }",
        """{"headers":{"X-Key":"${HELPDESK_SECRET}","X-File":"${file:/etc/passwd}"}}""")]
    [InlineData("{ headers: { 'X-Key': '{ticket} ${HELPDESK_SECRET}' } }", """{"headers":{"X-Key":"{ticket} ${HELPDESK_SECRET}"}}""")]
    [InlineData(
        "{ url: 'https://app.example.com/' + message.subject }", """{"url":"https://app.example.com/Hello","url_host_from_mail":true}""")]
    public async Task Good_options_reach_the_delivery(string options, string expected)
    {
        var decision = await DecideAsync($"webhook('inbox', {options});");
        Assert.Empty(decision.Errors);
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(Assert.Single(decision.Deliveries).OptionsJson!)),
            decision.Deliveries[0].OptionsJson);
    }

    [Theory]
    [InlineData("{ formt: 'raw' }", "webhook('inbox'): a webhook has no option 'formt' (did you mean 'format'?)")]
    [InlineData("{ timeout: 'soon' }", "webhook('inbox'): expected a duration")]
    [InlineData("{ concurrency: 1 }", "webhook('inbox'): 'concurrency' belongs to the destination as a whole (a rule can't override it)")]
    [InlineData("{ headers: 3 }", "webhook('inbox'): ")]
    [InlineData("{ url: 'ftp://example.com' }", "webhook('inbox'): ")]
    public async Task Bad_options_are_the_scripts_error_with_its_line(string options, string expected)
    {
        var decision = await DecideAsync($"tag('x');\nvar options = {options};\nwebhook('inbox', options);");
        Assert.Contains($"r.yaml:2:33: {expected}", Assert.Single(decision.Errors).Text, StringComparison.Ordinal);
        Assert.Equal((RuleRefusalKind.Defer, 451), (decision.Refusal!.Kind, decision.Refusal.Code));
    }

    [Fact]
    public async Task On_error_hold_keeps_the_mail_and_says_why()
    {
        var decision = await DecideAsync("webhook('nowhere');", hold: true);
        Assert.Null(decision.Refusal);
        Assert.Equal(
            "rule 's' failed: r.yaml:2:33: webhook('nowhere'): there is no such destination",
            Assert.Single(decision.Deliveries).HoldReason);
        Assert.Equal("s", decision.Rule);
        Assert.Single(decision.Errors);
    }

    [Theory]
    [InlineData("message.subject.startsWith('x')")]
    [InlineData("message.text.length > 0")]
    public async Task A_mail_without_subject_or_text_trips_no_script(string source)
    {
        await using var pool = InProcessWorker.Pool();
        var answer =
            await pool.RunAsync(
                InProcessWorker.Request(source, message: """{"subject":null,"text":null,"html":null}"""),
                TestContext.Current.CancellationToken);
        Assert.Equal("false", answer.Value?.ToJsonString() ?? answer.Error!.Text);
    }

    private static async Task<RuleDecision> DecideAsync(string script, bool hold = false)
    {
        var source = new ConfigurationSource
        {
            CurrentFolder = "/etc/ib",
            MachineName = "mx",
            Files = new FakeConfigurationFiles(),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HELPDESK_SECRET"] = "whsec_real" },
        };
        var problems = new SourceProblems();
        var yaml = $"rules:\n  - {{ name: s, then: [ script: {JsonValue.Create(script).ToJsonString()} ] }}\n";
        var set =
            RuleSetLoader.Load(
                [new RuleFile("r.yaml", yaml)], RuleFixture.Environment() with { CheckOption = new RuleOverrides(source).Check }, problems);
        Assert.Empty(problems.Items);
        await using var pool = InProcessWorker.Pool();
        var facts = RuleFixture.Facts((Fact.Subject, FactValue.Of("Hello")), (Fact.Sender, FactValue.Of("al@customer.example")));
        return await new RuleEvaluator(pool, holdOnError: hold)
            .EvaluateAsync(
                set!, facts, new RuleRecipient("bob@example.com"), RuleStage.Body, RuleFixture.Now, TestContext.Current.CancellationToken);
    }
}
