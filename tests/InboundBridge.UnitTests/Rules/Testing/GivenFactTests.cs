using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

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
    [InlineData("client_ip: 1.2.3", "'1.2.3' is not an IP address")]
    [InlineData("client_ip: 010.0.0.1", "'010.0.0.1' is not an IP address")]
    [InlineData("client_ip: fe80::1%1", "'fe80::1%1' is not an IP address")]
    [InlineData("client_ip: 0x7f000001", "'0x7f000001' is not an IP address")]
    [InlineData("tls: banana", "'tls' is never 'banana' (true, false, or one of TLSv1")]
    [InlineData("size: -5", "'-5' is not a size")]
    [InlineData("dmarc: pass, spf: none, dkim: none", "no mail has these facts together: dmarc passes only where spf or dkim does")]
    [InlineData("verdict: pass, spf: softfail, dkim: null", "the verdict is 'pass' only where spf or dkim passes")]
    [InlineData("verdict: pass, dmarc: fail", "where dmarc fails, the verdict is 'fail', or 'forwarded'")]
    [InlineData("verdict: fail, dmarc: none", "the verdict is 'fail' only where dmarc fails")]
    [InlineData("verdict: forwarded, dmarc: pass", "where dmarc passes, the verdict is 'pass'")]
    [InlineData("verdict: forwarded, dmarc: temperror", "where dmarc is 'temperror', the verdict is 'none'")]
    [InlineData("verdict: forwarded, arc: fail", "the verdict is 'forwarded' only where arc passes")]
    [InlineData("verdict: none, dmarc: pass", "where dmarc is 'pass', the verdict is not 'none'")]
    [InlineData("dmarc: none, dmarc_policy: reject", "without a record (dmarc: none) there is no policy")]
    [InlineData("dmarc: fail, dmarc_policy: null", "where dmarc is 'fail', the domain has a policy")]
    [InlineData("spf: pass, spf_explanation: why", "a domain explains only an spf fail")]
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

    /// <summary>DMARC has no result where a check is off that could have proved the author, although the domain has a policy.</summary>
    [Theory]
    [InlineData("spf", true)]
    [InlineData("dkim", true)]
    [InlineData("arc", false)]
    public void A_policy_without_a_result_is_there_where_a_check_is_off(string off, bool mayBe)
    {
        var problems = new SourceProblems();
        RuleSetLoader.Load(
            [
                new RuleFile(
                    "rules.yaml",
                    "rules: [ { name: a, when: { dmarc_policy: reject }, then: [ webhook: inbox ] } ]\n"
                    + "tests: [ { name: t, mail: { recipient: a@example.com }, given: { dmarc: none, dmarc_policy: reject }, expect: { rule: a } } ]"),
            ],
            RuleFixture.Environment() with { Unsupplied = new Dictionary<Fact, string> { [Fact.Find(off)!] = "off" } },
            problems);
        Assert.Equal(mayBe, !problems.HasErrors);
    }

    [Theory]
    [InlineData("recipient: ann", "'ann' is no recipient: it has no domain")]
    [InlineData("recipient: \"@example.com\"", "it has no mailbox in front of the at sign")]
    [InlineData("recipient: [ann@example.com, ann@@example.com]", "'ann@@example.com' is no recipient: its mailbox has characters that none has")]
    [InlineData("recipient: ann@exa mple.com", "its domain is none")]
    [InlineData("recipient: \"ann@*.example.com\"", "its domain is none")]
    [InlineData("recipient: ann@example.com, sender: al", "'al' is no sender: it has no domain")]
    public void An_address_that_no_mail_has_is_an_error_at_its_place(string mail, string message)
    {
        var problem = Assert.Single(RuleFixture.Problems(
            "rules: [ { name: a, then: [ webhook: inbox ] } ]\n"
            + "tests:\n  - name: t\n    mail:\n      { " + mail + " }\n    expect: { rule: a }\n"));
        Assert.StartsWith("rules.yaml:5:", problem, StringComparison.Ordinal);
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recipient: postmaster, sender: <>")]
    [InlineData("recipient: [\"'a b'@example.com\", ä@bücher.example, \"ann@[192.0.2.1]\"]")]
    [InlineData("recipient: ann+tag@sub_domain.example.com, sender: ''")]
    public void Odd_addresses_are_addresses(string mail) => Assert.DoesNotContain(
        RuleFixture.Problems(
            "rules: [ { name: a, then: [ webhook: inbox ] } ]\ntests: [ { name: t, mail: { "
            + mail.Replace("'a b'", "\\\"a b\\\"", StringComparison.Ordinal) + " }, expect: { rule: a } } ]"),
        problem => problem.Contains("error", StringComparison.Ordinal));

    [Theory]
    [InlineData("recipient: ann@exmaple.com", true)]
    [InlineData("recipient: ann@exmaple.com }, given: { user: al", false)]
    [InlineData("recipient: ann@EXAMPLE.com", false)]
    [InlineData("recipient: postmaster", false)]
    public void A_recipient_that_no_mail_is_accepted_for_is_a_warning(string mail, bool warns) => Assert.Equal(
        warns,
        RuleFixture.Problems(
            "rules: [ { name: a, then: [ webhook: inbox ] } ]\ntests: [ { name: t, mail: { " + mail + " }, expect: { rule: a } } ]")
            .Any(problem => problem.Contains("warning: no mail is accepted for 'ann@exmaple.com', so this tests nothing (did you mean 'example.com'?)", StringComparison.Ordinal)));

    [Fact]
    public async Task A_failure_where_no_rule_matched_says_what_the_checks_said()
    {
        var set = RuleFixture.Load(
            "rules: [ { name: a, when: { verdict: fail }, then: [ webhook: inbox ] } ]\n"
            + "tests: [ { name: t, mail: { recipient: a@example.com }, given: { verdict: forwarded, dmarc: permerror }, expect: { tags: [x] } } ]");
        Assert.Contains(
            "no rule matched, with dmarc 'permerror', verdict 'forwarded'", Assert.Single(await RuleFixture.RunTestsAsync(set)),
            StringComparison.Ordinal);
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
