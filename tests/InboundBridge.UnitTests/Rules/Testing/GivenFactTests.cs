using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.Rules.Testing;

/// <summary>What a rule test means by the facts that it gives, and by those that it leaves out.</summary>
public class GivenFactTests
{
    [Theory]
    [InlineData("spf: pas", "'spf' is never 'pas' (did you mean 'pass'?)")]
    [InlineData("dmarc: [pass, fial]", "'dmarc' is never 'fial' (did you mean 'fail'?)")]
    [InlineData("verdict: forward", "'verdict' is never 'forward' (did you mean 'forwarded'?)")]
    [InlineData("dkim: yes please", "'dkim' is never 'yes please' (expected one of: pass, fail, none, neutral, policy, temperror, permerror)")]
    [InlineData("dmarc_policy: quarantaine", "'dmarc_policy' is never 'quarantaine' (did you mean 'quarantine'?)")]
    [InlineData("client_ip: 300.1.2.3", "'300.1.2.3' is not an IP address")]
    [InlineData("dkim_domain: a.example, dkim: fail", "where 'dkim_domain' has a value, 'dkim' is 'pass'")]
    [InlineData("spff: pass", "unknown given fact 'spff' (did you mean 'spf'?)")]
    public void A_value_that_a_fact_never_has_is_an_error_at_its_place(string given, string message)
    {
        var problem = Assert.Single(RuleFixture.Problems(
            "rules: [ { name: a, then: [ webhook: inbox ] } ]\n"
            + "tests:\n  - name: t\n    mail: { recipient: a@example.com }\n    given:\n      { "
            + given + " }\n    expect: { rule: a }\n"));
        Assert.StartsWith("rules.yaml:6:", problem, StringComparison.Ordinal);
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }

    /// <summary>As for live mail of clients that are not checked: results are the word none, other facts have no value.</summary>
    [Theory]
    [InlineData("spf: none", "", true)]
    [InlineData("spf: none", "spf: null", true)]
    [InlineData("spf: { exists: true }", "", true)]
    [InlineData("dmarc: [pass, none]", "", true)]
    [InlineData("verdict: none", "dkim: pass", true)]
    [InlineData("dmarc_policy: { exists: false }", "", true)]
    [InlineData("dmarc_policy: none", "", false)]
    [InlineData("dmarc_policy: none", "dmarc_policy: none", true)]
    [InlineData("client_name: { exists: false }", "client_name: null", true)]
    [InlineData("virus: false", "", true)]
    [InlineData("dkim: pass", "dkim_domain: a.example", true)]
    public async Task A_fact_that_is_not_given_was_not_asked(string condition, string given, bool matches)
    {
        var set = RuleFixture.Load(
            $"rules: [ {{ name: a, when: {{ {condition} }}, then: [ webhook: inbox ] }} ]\n"
            + $"tests: [ {{ name: t, mail: {{ recipient: a@example.com }}, given: {{ {given} }}, expect: {{ {(matches ? "rule: a" : "default: true")} }} }} ]");
        Assert.Empty(await RuleFixture.RunTestsAsync(set));
    }

    [Theory]
    [InlineData("subject: x", "", "subject asks for x and saw no value")]
    [InlineData("subject: x", "subject: none", "subject asks for x and saw 'none'")]
    [InlineData("subject: x", "subject: ''", "subject asks for x and saw ''")]
    [InlineData("attachment: { name: a.txt }", "", "and saw no attachments")]
    public async Task Nothing_the_word_none_and_an_empty_text_are_told_apart(string condition, string mail, string message)
    {
        var set = RuleFixture.Load(
            $"rules: [ {{ name: a, when: {{ {condition} }}, then: [ webhook: inbox ] }} ]\n"
            + $"tests: [ {{ name: t, mail: {{ recipient: a@example.com{(mail.Length > 0 ? ", " : "")}{mail} }}, expect: {{ rule: a }} }} ]");
        Assert.Contains(message, Assert.Single(await RuleFixture.RunTestsAsync(set)), StringComparison.Ordinal);
        Assert.Equal(string.Empty, FactText.Describe(FactValue.Of(string.Empty)));
    }
}
