using System.Xml.Linq;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;

namespace InboundBridge.UnitTests.Rules.Testing;

public class RuleTestRunnerTests
{
    private const string Head = """
        rules:
          - { name: a, when: { recipient: "a+{n}@example.com" }, then: [ tag: t, set: { k: v }, add_header: { X-A: "1" }, remove_header: X-B, webhook: { destination: inbox, to: "{n}@y.example", format: raw } ] }
          - { name: h, when: { recipient_local: h }, then: [ hold: because ] }
          - { name: r, when: { recipient_local: r }, then: [ reject: { code: 554, text: go away } ] }
          - { name: never, when: { recipient_local: never }, then: [ discard ] }
        tests:
        """;

    [Theory]
    [InlineData("a+1", "rule: r", "expected 'r', got 'a'")]
    [InlineData("a+1", "matched: [a, r]", "matched rules: expected 'r', got 'a'")]
    [InlineData("a+1", "default: true", "expected that the default applies: yes")]
    [InlineData("a+1", "webhook: helpdesk", "expected webhook 'helpdesk'")]
    [InlineData("a+1", "webhook: [inbox, helpdesk]", "expected 2 webhook deliveries, got 1")]
    [InlineData("a+1", "webhook: []", "expected 0 webhook deliveries, got 1")]
    [InlineData("a+1", "webhook: { destination: inbox, format: json }", "'format': expected \"json\", got \"raw\"")]
    [InlineData("a+1", "lmtp: mailboxes", "expected lmtp 'mailboxes'")]
    [InlineData("a+1", "vars: { n: '2', other: x }", "var 'n': expected '2', got '1'")]
    [InlineData("a+1", "tags: [u]", "tags: expected 'u', got 't'")]
    [InlineData("h", "tags: [u]", "tags: expected 'u', got nothing")]
    [InlineData("h", "vars: { n: none }", "var 'n': expected 'none', got no value")]
    [InlineData("nobody", "rule: none", "rule: expected 'none', got no rule")]
    [InlineData("a+1", "headers: { X-A: '2' }", "header 'X-A': expected '2', got '1'")]
    [InlineData("a+1", "removed_headers: X-C", "removed header fields: expected 'X-C', got 'X-B'")]
    [InlineData("a+1", "to: 2@y.example", "delivered to: expected '2@y.example', got '1@y.example'")]
    [InlineData("a+1", "reject: true", "expected that the answer is reject: yes")]
    [InlineData("a+1", "hold: true", "expected that it is held: yes")]
    [InlineData("h", "hold: other reason", "expected hold 'other reason', got because")]
    [InlineData("r", "reject: { code: 550 }", "code: expected '550', got '554'")]
    [InlineData("r", "reject: '*nice*'", "expected text '*nice*', got 'go away'")]
    [InlineData("r", "defer: later", "expected defer; outcome: reject 554 5.7.1 go away (rule 'r')")]
    [InlineData("r", "stage: body", "expected 'body', got 'recipient'")]
    [InlineData("nobody", "rule: a", "no rule decided, the default applies")]
    public async Task A_test_that_fails_says_what_it_got(string local, string expectation, string message)
    {
        var failures =
            await RuleFixture.RunTestsAsync(
                RuleFixture.Load(
                    $"{Head}\n  - name: t\n    mail: {{ recipient: {local}@example.com }}\n    expect: {{ {expectation} }}\n"));
        Assert.Contains(failures, failure => failure.Contains(message, StringComparison.Ordinal));
        Assert.StartsWith("t: rules.yaml:9:", failures[0], StringComparison.Ordinal);
    }

    /// <summary>One destination may get a mail for several addresses.</summary>
    [Theory]
    [InlineData("[{ destination: inbox, to: b@y.example }, { destination: inbox, to: \"o'a@y.example\" }]", null)]
    [InlineData("[inbox, { destination: inbox, to: b@y.example }]", null)]
    [InlineData("[inbox, { destination: inbox, to: \"o'a@y.example\" }]", null)]
    [InlineData("[{ destination: inbox, to: b@y.example }, { destination: inbox, to: b@y.example }]", "'to': expected \"b@y.example\", got \"o'a@y.example\"")]
    [InlineData("[inbox, helpdesk]", "expected webhook 'helpdesk'")]
    [InlineData("[inbox, inbox, inbox]", "expected 3 webhook deliveries, got 2")]
    public async Task Each_delivery_meets_one_expectation(string expected, string? message)
    {
        var failures = await RuleFixture.RunTestsAsync(RuleFixture.Load($$"""
            rules:
              - name: two
                then:
                  - webhook: { destination: inbox, to: "o'a@y.example" }
                  - webhook: { destination: inbox, to: b@y.example }
            tests:
              - { name: t, mail: { recipient: a@example.com }, expect: { webhook: {{expected}} } }
            """));
        if (message is null)
            Assert.Empty(failures);
        else
            Assert.Contains(failures, failure => failure.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_report_counts_rules_and_writes_junit()
    {
        var set =
            RuleFixture.Load(
                $"{Head}\n  - {{ name: good, mail: {{ recipient: [r@example.com, R@example.com] }}, expect: {{ rule: r }} }}\n  - {{ name: \"bad <&\\x01>\", mail: {{ recipient: a+1@example.com }}, expect: {{ rule: r }} }}\n");
        var report = await new RuleTestRunner(new RuleEvaluator()).RunAsync(set, TestContext.Current.CancellationToken);
        Assert.False(report.Passed);
        Assert.Equal(["a 1", "h 0", "r 1", "never 0"], report.Coverage.Select(rule => $"{rule.Rule.Name} {rule.Hits}"));
        Assert.All(set.Rules, rule => Assert.Equal(0, rule.Hits));
        var cases = XDocument.Parse(report.ToJUnitXml()).Descendants("testcase").ToList();
        Assert.Equal(["good", "bad <&?>"], cases.Select(test => test.Attribute("name")!.Value));
        Assert.Contains("expected 'r', got 'a'", Assert.Single(cases[1].Elements("failure")).Value);
    }

    [Fact]
    public async Task A_stored_mail_is_opened_through_the_host_and_given_values_override_it()
    {
        var set = RuleFixture.Load("""
            rules:
              - { name: a, when: { sender: al@y.example, subject: stored, spf: fail }, then: [ webhook: inbox ] }
            tests:
              - { name: stored, eml: mails/one.eml, given: { spf: fail }, expect: { rule: a } }
              - { name: missing, eml: gone.eml, expect: { rule: a } }
            """);
        var stored =
            RuleFixture.Facts(
                (Fact.Subject, FactValue.Of("stored")), (Fact.From, FactValue.Of("al@y.example")),
                (Fact.To, FactValue.Of("bob@example.com")), (Fact.Spf, FactValue.NotKnown));
        var report =
            await new RuleTestRunner(new RuleEvaluator(), (file, path) => (file, path) == ("rules.yaml", "mails/one.eml") ? stored : null)
            .RunAsync(set, TestContext.Current.CancellationToken);
        Assert.Empty(report.Results[0].Failures);
        Assert.Contains("there is no mail 'gone.eml'", Assert.Single(report.Results[1].Failures).Text);
    }

    [Fact]
    public void Hits_are_counted_when_the_host_says_so()
    {
        var set = RuleFixture.Load(Head.Replace("tests:", "", StringComparison.Ordinal));
        var decision = RuleFixture.Decide(set, RuleFixture.Facts(), "r@example.com");
        Assert.Null(set.Rules[2].LastHit);
        set.CountHits(decision, RuleFixture.Now);
        set.CountHits(decision, RuleFixture.Now.AddHours(1));
        Assert.Equal((2L, RuleFixture.Now.AddHours(1)), (set.Rules[2].Hits, set.Rules[2].LastHit));
    }
}
