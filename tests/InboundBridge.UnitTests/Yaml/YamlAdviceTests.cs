using InboundBridge.UnitTests.Rules;

namespace InboundBridge.UnitTests.Yaml;

/// <summary>
/// Where YAML reads something else than its author meant, the error says what to write; what it says to write is then taken.
/// </summary>
public class YamlAdviceTests
{
    [Theory]
    [InlineData("when: { sender: *@partner.example }", "\"*@partner.example\"")]
    [InlineData("when:\n      sender: *@partner.example", "\"*@partner.example\"")]
    [InlineData("when: { attachment: { name: [*.exe, \"*.js\"] } }", "\"*.exe\"")]
    [InlineData("when:\n      attachment:\n        name:\n          - *.exe", "\"*.exe\"")]
    [InlineData("when:\n      recipient: @example.com", "\"@example.com\"")]
    [InlineData("when:\n      sample: %10", "\"%10\"")]
    [InlineData("when:\n      subject: `x`", "\"`x`\"")]
    [InlineData("when:\n      subject: [URGENT] help", "\"[URGENT] help\"")]
    [InlineData("when:\n      recipient: {user}@in.example.com", "\"{user}@in.example.com\"")]
    [InlineData("when: { recipient: support+{ticket}@example.com }", "\"support+{ticket}@example.com\"")]
    [InlineData("when:\n      size: > 10MB", "\"> 10MB\"")]
    [InlineData("when: { size: >10MB }", "\">10MB\"")]
    [InlineData("when:\n      subject: Re: hello", "\"Re: hello\"")]
    [InlineData("when:\n      subject: \"quoted\" and more", "'\"quoted\" and more'")]
    [InlineData("when:\n      subject: !important", "\"!important\"")]
    [InlineData("when:\n      subject: &co", "\"&co\"")]
    [InlineData("when:\n      subject: \"/^order \\d+/\"", "'/^order \\d+/'")]
    [InlineData("then: [ tag: {ticket} ]", "\"{ticket}\"")]
    [InlineData("when: { subject: {ticket} }", "\"{ticket}\"")]
    [InlineData("then:\n      - reject: Closed: come again", "\"Closed: come again\"")]
    public void It_says_what_to_quote(string rule, string quoted)
    {
        var problems = RuleFixture.Problems(Rule(rule), "rules.yaml");
        Assert.Contains(problems, problem => problem.Contains(quoted, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("enabled: yes", "write true")]
    [InlineData("enabled: off", "write false")]
    [InlineData("continue: On", "write true")]
    [InlineData("when: { tls: yes }", "write true")]
    [InlineData("when: { user: no }", "write false")]
    [InlineData("when: { header: { X-Loop: yes } }", "write true, or \"yes\" in quotes for the text")]
    [InlineData("when: { attachment: yes }", "write true")]
    [InlineData("then: [ hold: false ]", "leave the action out")]
    [InlineData("then: [ reject: false ]", "leave the action out")]
    [InlineData("when: recipient:bob@example.com", "recipient: bob@example.com")]
    [InlineData("when:\n\t  subject: x", "YAML takes no tabs there")]
    public void It_says_what_to_write_instead(string rule, string advice) =>
        Assert.Contains(RuleFixture.Problems(Rule(rule), "rules.yaml"), problem => problem.Contains(advice, StringComparison.Ordinal));

    [Theory]
    [InlineData("when: { subject: yes }")]
    [InlineData("when: { recipient_local: 007 }")]
    [InlineData("when: { header: { X-Loop: \"yes\" } }")]
    [InlineData("when: { subject: !!str 5 }")]
    [InlineData("when: { time: { hours: 09:00-17:00 } }")]
    [InlineData("then: [ reject: { code: 554, enhanced: 5.7.10, text: 'a: b' } ]")]
    [InlineData("then: [ webhook: { destination: inbox, url: https://x.example/a } ]")]
    public void Valid_yaml_gets_no_advice(string rule) => Assert.Empty(RuleFixture.Problems(Rule(rule), "rules.yaml"));

    [Fact]
    public void Leading_zeros_of_an_option_stay()
    {
        var set = RuleFixture.Load("rules: [ { name: a, then: [ webhook: { destination: inbox, headers: { X-Customer: 00417 } } ] } ]");
        Assert.Equal(
            """{"headers":{"X-Customer":"00417"}}""",
            RuleFixture.Decide(set, RuleFixture.Facts(), "x@example.com").Deliveries[0].OptionsJson);
    }

    [Fact]
    public void A_bounce_is_not_asked_for_by_angle_brackets() =>
        Assert.Contains(
            "write \"\"", Assert.Single(RuleFixture.Problems("rules: [ { name: a, when: { sender: '<>' }, then: [ hold: x ] } ]")));

    private static string Rule(string rule) =>
        $"rules:\n  - name: a\n    {rule}"
        + $"{(rule.StartsWith("then", StringComparison.Ordinal) ? string.Empty : "\n    then: [ hold: why ]")}\n";
}
