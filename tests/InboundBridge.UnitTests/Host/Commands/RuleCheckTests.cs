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

    private string Write(string rules)
    {
        File.WriteAllText(Path.Combine(_folder, "rules.yaml"), rules);
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        File.WriteAllText(file, $"domains: [example.com]\nauthentication: {{ spf: off, dkim: off, dmarc: off, arc: off, iprev: off }}\nrules: {{ path: rules.yaml }}\nspool: {{ path: {_folder}/data }}\n");
        return file;
    }
}
