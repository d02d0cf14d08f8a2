using InboundBridge.UnitTests.MailFlow.TransportSecurity;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary><c>check</c> and <c>test</c> on rules as a new user writes them.</summary>
public sealed class RuleCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("check-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private const string Dmarc = """
        rules:
          - { name: aligned, when: { dmarc: [pass, none] }, then: [ hold: aligned ] }
          - { name: big, when: { size: "> 10MB" }, then: [ hold: big ] }
        tests:
          - { name: given, mail: { sender: a@y.example, recipient: bob@example.com }, given: { dmarc: pass }, expect: { rule: aligned } }
        """;

    [Fact]
    public async Task A_fact_that_nothing_supplies_is_refused_by_check_and_accepted_by_test_where_it_is_given()
    {
        var check = new CommandRun();
        Assert.Equal(1, await check.RunAsync("check", "--config", Write(Dmarc)));
        Assert.Contains(
            "rules.yaml:2:30: error: nothing supplies 'dmarc' here (authentication.dmarc supplies it", check.Out,
            StringComparison.Ordinal);

        var test = new CommandRun();
        Assert.Equal(0, await test.RunAsync("test", "--config", Write(Dmarc)));
    }

    [Fact]
    public async Task A_test_that_reaches_it_without_a_value_fails_and_says_what_to_give()
    {
        var test = new CommandRun();
        Assert.Equal(
            1, await test.RunAsync("test", "--config", Write(Dmarc.Replace("given: { dmarc: pass }, ", "", StringComparison.Ordinal))));
        Assert.Contains(
            "test 'given': bob@example.com: the rules ask for 'dmarc', and nothing supplies it here (give the test a value: given: { dmarc: … })", test.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_test_names_itself_the_rule_the_condition_and_the_value_that_it_saw()
    {
        var check = new CommandRun();
        Assert.Equal(1, await check.RunAsync("check", "--config", Write("""
            rules:
              - { name: orders, when: { recipient_local: shop, subject: "Order *" }, then: [ hold: order ] }
              - { name: rest, then: [ hold: rest ] }
            tests:
              - name: an order
                mail: { sender: a@y.example, recipient: shop@example.com, subject: "My order 12" }
                expect: { rule: orders }
            """)));
        Assert.Contains(
            "rules.yaml:7:21: error: test 'an order': shop@example.com: rule: expected 'orders', got 'rest'; outcome: held (rule 'rest'); rule 'orders' did not match: subject asks for Order * and saw 'My order 12'",
            check.Out, StringComparison.Ordinal);
    }

    /// <summary>A trial has no values to give: it shows what is not known, and that the mail would wait for it.</summary>
    [Fact]
    public async Task Explain_shows_a_fact_that_nothing_supplies_as_not_known()
    {
        var mail = Path.Combine(_folder, "mail.eml");
        await File.WriteAllTextAsync(mail, "From: a@y.example\r\nSubject: s\r\n\r\ntext\r\n", TestContext.Current.CancellationToken);
        var explain = new CommandRun();
        Assert.Equal(0, await explain.RunAsync("explain", mail, "--to", "bob@example.com", "--config", Write(Dmarc)));
        Assert.Contains("dmarc [pass, none]: not known yet", explain.Out, StringComparison.Ordinal);
        Assert.Contains("needs dmarc: nothing supplies it here", explain.Out, StringComparison.Ordinal);
    }

    /// <summary>A new user who writes rules elsewhere than in <c>rules/</c> must see that they are not read.</summary>
    [Theory]
    [InlineData("rules: { path: rules.yaml }", "1 rule in ")]
    [InlineData("rules: { path: mine }", "2 rules in ")]
    [InlineData("", "0 rules because there is no ")]
    public async Task Check_says_which_rules_it_has_read(string section, string said)
    {
        Write("rules: [ { name: a, then: [ hold: a ] } ]");
        Directory.CreateDirectory(Path.Combine(_folder, "mine"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "mine", "a.yml"), "rules: [ { name: a, then: [ hold: a ] }, { name: b, enabled: false, then: [ hold: b ] } ]",
            TestContext.Current.CancellationToken);
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(file, $"domains: [example.com]\nspool: {{ path: {_folder}/data }}\n{section}\n", TestContext.Current.CancellationToken);
        var check = new CommandRun();
        Assert.Equal(0, await check.RunAsync("check", "--offline", "--config", file));
        Assert.Contains(said, check.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_folder_of_rules_that_is_missing_is_an_error()
    {
        Write("rules: [ { name: a, then: [ hold: a ] } ]");
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(file, "domains: [example.com]\nrules: { path: ruels/ }\n", TestContext.Current.CancellationToken);
        var check = new CommandRun();
        Assert.Equal(1, await check.RunAsync("check", "--offline", "--config", file));
        Assert.Contains("inboundbridge.yaml:2:16: error:", check.Out, StringComparison.Ordinal);
        Assert.Contains("ruels", check.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reject", true)]
    [InlineData("hold", false)]
    public async Task Check_warns_where_without_rules_all_mail_is_refused(string fallback, bool warns)
    {
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(
            file, $"domains: [example.com]\nrules: {{ default: {fallback} }}\nspool: {{ path: {_folder}/data }}\n",
            TestContext.Current.CancellationToken);
        var check = new CommandRun();
        Assert.Equal(0, await check.RunAsync("check", "--offline", "--config", file));
        Assert.Equal(warns, check.Out.Contains("warning: there are no rules, and every mail is refused", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dnsbl: zen.exampel.net", "'dnsbl' is never 'zen.exampel.net' (did you mean 'zen.example.net'?)")]
    [InlineData("dnsbl: 127.0.0.2", "'dnsbl' is never '127.0.0.2' (a zone of authentication.dnsbl; its 'codes'")]
    [InlineData("dnswl: zen.example.net", "'dnswl' is never 'zen.example.net' (did you mean")]
    public async Task A_list_that_is_not_configured_is_an_error(string condition, string said)
    {
        var rules = Write($"rules: [ {{ name: a, when: {{ {condition} }}, then: [ hold: a ] }} ]");
        await File.WriteAllTextAsync(
            rules, (await File.ReadAllTextAsync(rules, TestContext.Current.CancellationToken))
                .Replace("iprev: off", "iprev: off, dnsbl: [{ zone: zen.example.net }, { zone: wl.example.net, allow: true }]", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var check = new CommandRun();
        Assert.Equal(1, await check.RunAsync("check", "--offline", "--config", rules));
        Assert.Contains(said, check.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mx.example.com", null)]
    [InlineData("www.example.com", "no certificate names it")]
    [InlineData(null, "there is none")]
    public async Task Check_compares_the_certificate_with_our_policy(string? name, string? said)
    {
        if (name is not null)
        {
            using var certificate = new CertificateShop().For(name);
            using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
            var stop = TestContext.Current.CancellationToken;
            await File.WriteAllTextAsync(Path.Combine(_folder, "mx.pem"), certificate.ExportCertificatePem(), stop);
            await File.WriteAllTextAsync(Path.Combine(_folder, "mx.key"), key.ExportPkcs8PrivateKeyPem(), stop);
        }
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(
            file, $$"""
                hostname: mx.example.com
                domains: [example.com]
                mta_sts: { mode: enforce }
                rules: { default: hold }
                spool: { path: {{_folder}}/data }
                smtp: { listeners: [{ address: "127.0.0.1:0" }] }
                http: { listen: "127.0.0.1:0" }
                {{(name is null ? "" : "tls: { certificates: [{ cert: mx.pem, key: mx.key }] }")}}
                """,
            TestContext.Current.CancellationToken);
        var check = new CommandRun();
        Assert.Equal(0, await check.RunAsync("check", "--config", file));
        const string Warning = "warning: mta_sts asks senders to insist on a certificate for 'mx.example.com'";
        Assert.Equal(said is not null, check.Out.Contains(Warning, StringComparison.Ordinal));
        if (said is not null)
            Assert.Contains($"{Warning}, and {said}", check.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no", true)]
    [InlineData("postmaster", false)]
    public async Task Check_says_where_nobody_can_answer_those_who_get_a_bounce(string local, bool isTold)
    {
        var file = Write($"rules: [ {{ name: a, when: {{ recipient_local: {local} }}, then: [ hold: a ] }} ]");
        File.AppendAllText(
            file, "delivery: { bounces: { via: out } }\ndestinations: { out: { relay: { host: smtp.example.net } } }\n");
        var check = new CommandRun();
        Assert.Equal(0, await check.RunAsync("check", "--offline", "--config", file));
        Assert.Equal(isTold, check.Out.Contains("bounces tell people to ask postmaster@example.com", StringComparison.Ordinal));
    }

    private string Write(string rules)
    {
        File.WriteAllText(Path.Combine(_folder, "rules.yaml"), rules);
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        File.WriteAllText(file, $"domains: [example.com]\nauthentication: {{ spf: off, dkim: off, dmarc: off, arc: off, iprev: off }}\nrules: {{ path: rules.yaml }}\nspool: {{ path: {_folder}/data }}\n");
        return file;
    }
}
