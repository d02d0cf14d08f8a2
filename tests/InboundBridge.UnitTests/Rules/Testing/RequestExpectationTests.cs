using System.Text.Json.Nodes;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;

namespace InboundBridge.UnitTests.Rules.Testing;

/// <summary><c>expect: { request: … }</c>: what is written must be there, and a failure says what differs.</summary>
public class RequestExpectationTests
{
    private const string Head = """
        rules:
          - { name: one, when: { recipient_local: one }, then: [ webhook: inbox ] }
          - { name: two, when: { recipient_local: two }, then: [ webhook: inbox, webhook: helpdesk, lmtp: mailboxes ] }
          - { name: none, when: { recipient_local: none }, then: [ lmtp: mailboxes ] }
        tests:
        """;

    private static readonly RuleTestRequest Request = new()
    {
        Url = "https://x.example/?token=geheim",
        ShownUrl = "https://x.example/?token=***",
        Headers = [new("X-A", "1", "1"), new("Authorization", "Bearer geheim", "***")],
        Text = """{"text":"Help me","n":5,"yes":true,"list":[{"a":1,"b":2},{"a":3}],"empty":null}""",
        Parsed = JsonNode.Parse("""{"text":"Help me","n":5,"yes":true,"list":[{"a":1,"b":2},{"a":3}],"empty":null}"""),
    };

    [Theory]
    [InlineData("{}")]
    [InlineData("{ body: { text: Help me } }")]
    [InlineData("{ body: { text: 'Help*' } }")]
    [InlineData("{ body: { n: 5, yes: true, empty: null, gone: null } }")]
    [InlineData("{ body: { list: [ { a: 1 }, { a: 3 } ] } }")]
    [InlineData("{ body: '*\"n\":5*' }")]
    [InlineData("{ url: 'https://x.example/*' }")]
    [InlineData("{ url: 'https://x.example/?token=geheim' }")]
    [InlineData("{ headers: { x-a: 1, X-B: null, Authorization: Bearer * } }")]
    [InlineData("{ destination: inbox, skip: false, body: { n: 5 } }")]
    [InlineData("[ { body: { n: 5 } } ]")]
    public async Task A_subset_passes(string expected) => Assert.Empty(await FailuresAsync("one", expected, Request));

    [Theory]
    [InlineData("{ body: { text: help me } }", "request to 'inbox': body.text: expected \"help me\", got \"Help me\"")]
    [InlineData("{ body: { text: 'No*' } }", "body.text: expected \"No*\", got \"Help me\"")]
    [InlineData("{ body: { n: '5' } }", "body.n: expected \"5\", got 5")]
    [InlineData("{ body: { n: 6 } }", "body.n: expected 6, got 5")]
    [InlineData("{ body: { gone: x } }", "body.gone: expected \"x\", got nothing")]
    [InlineData("{ body: { text: null } }", "body.text: expected nothing, got \"Help me\"")]
    [InlineData("{ body: { list: [ { a: 1 } ] } }", "body.list: expected 1 items, got 2")]
    [InlineData("{ body: { list: [ { a: 1 }, { a: 4 } ] } }", "body.list[1].a: expected 4, got 3")]
    [InlineData("{ body: { text: { more: 1 } } }", "body.text: expected {\"more\":1}, got \"Help me\"")]
    [InlineData("{ body: [] }", "body: expected [], got {")]
    [InlineData("{ body: other }", "body: expected 'other', got '{\"text\":")]
    [InlineData("{ url: https://y.example/ }", "url: expected 'https://y.example/', got 'https://x.example/?token=***'")]
    [InlineData("{ headers: { X-A: 2 } }", "headers.X-A: expected '2', got '1'")]
    [InlineData("{ headers: { X-A: null } }", "headers.X-A: expected none, got '1'")]
    [InlineData("{ headers: { X-B: x } }", "headers.X-B: expected 'x', got none")]
    [InlineData("{ headers: { Authorization: Basic * } }", "headers.Authorization: expected 'Basic *', got '***'")]
    [InlineData("{ skip: true }", "expected that nothing is sent to 'inbox', but a request is")]
    [InlineData("{ destination: archive }", "expected a request to 'archive', and there is none")]
    public async Task A_difference_is_named_and_no_secret_is(string expected, string message)
    {
        var failure = Assert.Single(await FailuresAsync("one", expected, Request));
        Assert.Contains(message, failure, StringComparison.Ordinal);
        Assert.StartsWith("rules.yaml:8:", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two", "{ body: {} }", "2 webhooks get the mail: say which, with destination: NAME")]
    [InlineData("none", "{ body: {} }", "expected a request, and no webhook gets the mail")]
    [InlineData("none", "{ destination: mailboxes }", "expected a request to 'mailboxes', and there is none")]
    public async Task It_must_be_clear_which_request_is_meant(string local, string expected, string message) =>
        Assert.Contains(message, Assert.Single(await FailuresAsync(local, expected, Request)), StringComparison.Ordinal);

    [Fact]
    public async Task Several_requests_are_compared_by_their_destinations()
    {
        var failures = await FailuresAsync(
            "two", "[ { destination: inbox, body: { n: 5 } }, { destination: helpdesk, body: { n: 6 } } ]", Request);
        Assert.Contains("request to 'helpdesk': body.n: expected 6, got 5", Assert.Single(failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_can_not_be_made_or_is_skipped_says_why()
    {
        Assert.Contains("no request to 'inbox' can be made: t.js:1:2: Error: x",
            Assert.Single(await FailuresAsync("one", "{ body: {} }", new RuleTestRequest { Problem = "t.js:1:2: Error: x" })),
            StringComparison.Ordinal);
        var skipped = new RuleTestRequest { SkipReason = "skipped by the transform" };
        Assert.Contains("expected a request to 'inbox', but nothing is sent: skipped by the transform",
            Assert.Single(await FailuresAsync("one", "{ body: {} }", skipped)), StringComparison.Ordinal);
        Assert.Empty(await FailuresAsync("one", "{ skip: true }", skipped));
    }

    [Fact]
    public async Task A_form_has_texts_alone()
    {
        var form = new RuleTestRequest { Text = "n=5", Parsed = new JsonObject { ["n"] = "5" }, IsForm = true };
        Assert.Empty(await FailuresAsync("one", "{ body: { n: 5 } }", form));
        Assert.Contains("body.n: expected 6, got \"5\"", Assert.Single(await FailuresAsync("one", "{ body: { n: 6 } }", form)),
            StringComparison.Ordinal);
        var text = new RuleTestRequest { Text = "hello" };
        Assert.Contains("body: expected an object, and it is neither JSON nor a form: hello",
            Assert.Single(await FailuresAsync("one", "{ body: { n: 6 } }", text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ bodi: {} }", "unknown key of 'request' 'bodi' (did you mean 'body'?)")]
    [InlineData("text", "'request' must be a mapping")]
    [InlineData("{ headers: [] }", "'headers' must be a mapping")]
    [InlineData("{ skip: maybe }", "'skip' must be true or false")]
    public void What_is_no_expectation_is_an_error_of_the_file(string expected, string problem) =>
        Assert.Contains(RuleFixture.Problems(Yaml("one", expected)), found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public async Task Without_a_host_no_request_can_be_made()
    {
        var report = await new RuleTestRunner(new RuleEvaluator())
            .RunAsync(RuleFixture.Load(Yaml("one", "{ body: {} }")), TestContext.Current.CancellationToken);
        Assert.Contains("requests can't be made here", Assert.Single(report.Results[0].Failures).ToString(), StringComparison.Ordinal);
    }

    private static string Yaml(string local, string expected) =>
        $"{Head}\n  - name: t\n    mail: {{ recipient: {local}@example.com }}\n    expect: {{ request: {expected} }}\n";

    private static async Task<IReadOnlyList<string>> FailuresAsync(string local, string expected, RuleTestRequest request)
    {
        var runner = new RuleTestRunner(new RuleEvaluator(), null, (_, _) => ValueTask.FromResult(request));
        var report = await runner.RunAsync(RuleFixture.Load(Yaml(local, expected)), TestContext.Current.CancellationToken);
        return [.. report.Results.SelectMany(result => result.Failures).Select(failure => failure.ToString())];
    }
}
