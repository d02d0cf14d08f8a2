using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Facts;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration.RuleFiles;

/// <summary>A fact that nothing supplies is refused where mail would be decided by it, and accepted where a test gives it a value.</summary>
public class FactSupplierTests
{
    /// <summary>What comes with every mail and connection.</summary>
    private static readonly Fact[] Always =
    [
        Fact.ClientIp, Fact.Helo, Fact.Tls, Fact.ClientCertificate, Fact.Listener, Fact.User, Fact.Sender, Fact.SenderDomain, Fact.Size, Fact.From, Fact.To, Fact.Cc,
        Fact.ReplyTo, Fact.Subject, Fact.Date, Fact.MessageId, Fact.ListId, Fact.Kind, Fact.Text, Fact.Html, Fact.Attachments,
    ];

    [Fact]
    public void Every_fact_comes_with_the_mail_or_has_one_supplier_whose_key_the_configuration_knows()
    {
        var supplied = FactSuppliers.All.SelectMany(supplier => supplier.Facts).ToList();
        Assert.Equal(Enum.GetValues<Fact>().Except(Always).Order(), supplied.Order());
        Assert.All(FactSuppliers.All, supplier => Assert.Contains($"| `{supplier.Key}` |", File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/configuration.md"))));
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
    public void A_rule_that_asks_for_it_is_refused_with_the_key(string rule, string fact, string key)
    {
        var refused = Load($"rules: [ {{ name: a, {rule}{(rule.StartsWith("when", StringComparison.Ordinal) ? ", then: [ hold: x ]" : string.Empty)} }} ]", byHand: false);
        var problem = Assert.Single(refused, problem => !problem.IsWarning);
        Assert.Contains(fact, problem.Text, StringComparison.Ordinal);
        Assert.Contains(key, problem.Hint, StringComparison.Ordinal);
        Assert.Equal(1, problem.Position.Line);
        Assert.DoesNotContain(Load($"rules: [ {{ name: a, {rule}{(rule.StartsWith("when", StringComparison.Ordinal) ? ", then: [ hold: x ]" : string.Empty)} }} ]", byHand: true), problem => !problem.IsWarning);
    }

    [Theory]
    [InlineData("enabled: false, when: { dmarc: pass }, then: [ hold: x ]")]
    [InlineData("when: { script: \"message.subject.indexOf('spam') >= 0 /* authentication */\" }, then: [ hold: x ]")]
    [InlineData("then: [ script: \"tag('virus'); set('spam', vars.spam)\" ]")]
    [InlineData("when: { header: { Authentication-Results: '*dmarc=pass*' } }, then: [ hold: dmarc ]")]
    public void A_rule_that_only_sounds_like_it_is_not(string rule) =>
        Assert.DoesNotContain(Load($"rules: [ {{ name: a, {rule} }} ]", byHand: false), problem => !problem.IsWarning);

    [Fact]
    public void A_check_that_is_switched_on_supplies_nothing_before_it_is_built()
    {
        var options = new ConfigurationCase().Options("domains: [example.com]\nauthentication: { spf: on, dmarc: on, iprev: on }\n");
        Assert.Contains("does not carry out that check yet", FactSuppliers.Missing(options)[Fact.Dmarc], StringComparison.Ordinal);
    }

    private static IReadOnlyList<SourceProblem> Load(string rules, bool byHand)
    {
        var files = new FakeConfigurationFiles();
        files.Texts["/etc/ib/rules/a.yaml"] = rules;
        var problems = new SourceProblems();
        var source = new ConfigurationSource { Environment = new Dictionary<string, string>(StringComparer.Ordinal), CurrentFolder = "/etc/ib", MachineName = "mx", Files = files };
        new RuleFolder(source) { AcceptsUnsupplied = byHand }.Load("/etc/ib/rules", ConfigurationCase.OptionsOf("domains: [example.com]\n"), problems);
        return problems.Items;
    }
}
