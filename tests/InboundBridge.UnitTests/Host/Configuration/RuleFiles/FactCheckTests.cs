using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.Rules.Facts;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration.RuleFiles;

/// <summary>
/// A fact that nothing supplies is refused where mail would be decided by it, and accepted where a test gives it a value.
/// </summary>
public class FactCheckTests
{
    [Fact]
    public void Every_check_is_documented_and_some_fact_names_it()
    {
        Assert.All(
            FactChecks.All, check =>
                Assert.Contains($"| `{check.Key}` |", File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/configuration.md"))));
        Assert.Equal(
            Fact.All.Select(fact => fact.Source.Check).OfType<string>().Distinct().Order(),
            FactChecks.All.Select(check => check.Key).Order());
    }

    [Fact]
    public void A_fact_whose_check_nobody_lists_is_missing()
    {
        var missing = FactChecks.Missing(ConfigurationCase.OptionsOf("domains: [example.com]\n"), []);
        Assert.Equal(Fact.All.Where(fact => fact.Source.Check is not null), missing.Keys);
        Assert.All(missing.Values, hint => Assert.Equal("no part of this version supplies it", hint));
    }

    [Fact]
    public void A_check_that_is_switched_on_supplies_its_facts()
    {
        FactCheck[] checks =
            [new("authentication.spf", "authentication: { spf: on }", options => options.Authentication.Spf.IsOn,
                (_, _) => throw new IOException())];
        var (on, off) = (OptionsOf("on"), OptionsOf("off"));
        Assert.DoesNotContain(Fact.Spf, FactChecks.Missing(on, checks).Keys);
        Assert.Equal("authentication.spf supplies it: authentication: { spf: on }", FactChecks.Missing(off, checks)[Fact.Spf]);
        Assert.Equal(
            [Fact.Spf, Fact.SpfExplanation], FactChecks.Of(on, TimeProvider.System, checks).SuppliableAt(RuleStage.Recipient).ToList());
        Assert.Same(MailChecks.None, FactChecks.Of(off, TimeProvider.System, checks));

        static ApplianceOptions OptionsOf(string spf) =>
            new ConfigurationCase().Options($"domains: [example.com]\nauthentication: {{ spf: {spf} }}\n");
    }

    [Theory]
    [InlineData("spf: off", false)]
    [InlineData("dkim: off", false)]
    [InlineData("spf: off, dkim: off", true)]
    [InlineData("spf: off, dkim: off, dmarc: on", true)]
    [InlineData("dmarc: off", true)]
    public void Dmarc_supplies_nothing_without_a_check_that_it_can_judge_by(string checks, bool isMissing)
    {
        var missing = FactChecks.Missing(ConfigurationCase.OptionsOf($"domains: [example.com]\nauthentication: {{ {checks} }}\n"));
        Assert.All([Fact.Dmarc, Fact.DmarcPolicy, Fact.Verdict], fact => Assert.Equal(isMissing, missing.ContainsKey(fact)));
        if (isMissing)
            Assert.Equal("authentication.dmarc supplies it: authentication: { dmarc: on, spf: on, dkim: on }", missing[Fact.Verdict]);
    }

    [Theory]
    [InlineData("when: { dmarc: [pass, none] }", "'dmarc'", "authentication.dmarc")]
    [InlineData("when: { virus: false }", "'virus'", "scanners.clamav")]
    [InlineData("when: { not: { dmarc: pass } }", "'dmarc'", "authentication.dmarc")]
    [InlineData("when: { any: [ { subject: x }, { all: [ { client_name: '*.example' } ] } ] }", "'client_name'", "authentication.iprev")]
    [InlineData("when: { spam_score: { not: '> 5' } }", "'spam_score'", "scanners.rspamd")]
    [InlineData("when: { spf: { exists: false } }", "'spf'", "authentication.spf")]
    [InlineData("when: { dnsbl: true }", "'dnsbl'", "authentication.dnsbl")]
    [InlineData("when: { dkim_domain: a.example }", "'dkim_domain'", "authentication.dkim")]
    [InlineData("when: { arc: pass }", "'arc'", "authentication.arc")]
    [InlineData("when: { script: \"message.authentication.dmarc.result === 'pass'\" }", "'authentication'", "authentication.spf")]
    [InlineData("when: { script: \"message.envelope['client_name'] === 'x'\" }", "'client_name'", "authentication.iprev")]
    [InlineData("then: [ hold: '{spf_explanation}' ]", "'{spf_explanation}'", "authentication.spf")]
    [InlineData("then: [ script: \"if (message.spam) hold('x')\" ]", "'spam'", "scanners.rspamd")]
    public void A_rule_that_uses_it_is_refused_with_the_key(string rule, string fact, string key)
    {
        var action = rule.StartsWith("when", StringComparison.Ordinal) ? ", then: [ hold: x ]" : string.Empty;
        var rules = $"rules: [ {{ name: a, {rule}{action} }} ]";
        var refused = Load(rules, byHand: false);
        var problem = Assert.Single(refused, problem => !problem.IsWarning);
        Assert.Contains(fact, problem.Text, StringComparison.Ordinal);
        Assert.Contains(key, problem.Hint, StringComparison.Ordinal);
        Assert.Equal(1, problem.Position.Line);
        Assert.DoesNotContain(Load(rules, byHand: true), problem => !problem.IsWarning);
    }

    [Theory]
    [InlineData("enabled: false, when: { dmarc: pass }, then: [ hold: x ]")]
    [InlineData("when: { script: \"message.subject.indexOf('spam') >= 0 /* authentication */\" }, then: [ hold: x ]")]
    [InlineData("then: [ script: \"tag('virus'); set('spam', vars.spam)\" ]")]
    [InlineData("when: { header: { Authentication-Results: '*dmarc=pass*' } }, then: [ hold: dmarc ]")]
    public void A_rule_that_only_sounds_like_it_is_not(string rule) =>
        Assert.DoesNotContain(Load($"rules: [ {{ name: a, {rule} }} ]", byHand: false), problem => !problem.IsWarning);

    private static IReadOnlyList<SourceProblem> Load(string rules, bool byHand)
    {
        var files = new FakeConfigurationFiles();
        files.Texts["/etc/ib/rules/a.yaml"] = rules;
        var problems = new SourceProblems();
        var source =
            new ConfigurationSource
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal),
                CurrentFolder = "/etc/ib",
                MachineName = "mx",
                Files = files
            };
        new RuleFolder(source) { AcceptsUnsupplied = byHand }.Load(
            "/etc/ib/rules", ConfigurationCase.OptionsOf(
                "domains: [example.com]\nauthentication: { spf: off, dkim: off, dmarc: off, arc: off, iprev: off }\n"), problems);
        return problems.Items;
    }
}
