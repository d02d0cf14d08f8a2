using System.Net;
using InboundBridge.Configuration.Secrets;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>What a mail would do, with the rules in force or with others; and the pages of rules and configuration beside it.</summary>
public sealed class UiPlaygroundTests
{
    private const string Mail = "From: al@sender.test\nSubject: Help <b>me</b>\n\nIt broke.\n";

    private const string Rules = """
        rules:
          - name: tickets
            when: { recipient: "support+{ticket}@example.com" }
            then: [ tag: t, webhook: hook ]
          - { name: rest, then: [ hold: look ] }

        """;

    [Fact]
    public async Task A_mail_is_tried_and_nothing_is_stored()
    {
        await using var api = await ApiFixture.CreateAsync(
            "  signed: { webhook: { url: \"http://127.0.0.1:9/\", secret: whsec_Z2VoZWltLWdlaGVpbS1nZWhlaW0tZ2VoZWlt } }",
            Rules.Replace("webhook: hook", "webhook: signed", StringComparison.Ordinal));
        var browser = new UiBrowser(api);
        Assert.Contains("support+{ticket}@example.com", Decoded(await browser.ReadAsync("/ui/playground")), StringComparison.Ordinal);
        using var answer = await browser.PostAsync(
            "/ui/playground", ("mail", Mail), ("from", "al@sender.test"), ("to", "support+42@example.com"), ("client_ip", "192.0.2.1"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = Decoded(browser.Text);
        foreach (var words in new[]
        {
            "RCPT TO:<support+42@example.com>", "250 2.1.5 Recipient ok", "Decided by “tickets”", "POST http://127.0.0.1:9/",
            "webhook-signature: ***", "name: \"Help <b>me</b>, to support+42@example.com\"",
            "expect: { rule: tickets, webhook: [signed], tags: [t], vars: { ticket: \"42\" } }", "Paste it at the end of a.yaml.",
        })
            Assert.Contains(words, text, StringComparison.Ordinal);
        foreach (var words in new[] { "<b>me</b>", "v1,", "Z2VoZWlt" })
            Assert.DoesNotContain(words, browser.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task Edited_rules_are_tried_and_their_problems_shown_by_line()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/playground");
        (string, string)[] Form(string rules) =>
            [("mail", Mail), ("from", "al@sender.test"), ("to", "support+42@example.com"), ("file", "a.yaml"), ("rules", rules)];
        var broken = Rules.Replace("webhook: hook", "webhok: hook", StringComparison.Ordinal);
        using (var wrong = await browser.PostAsync("/ui/playground", Form(broken)))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("data-line=\"4\">Line 4, column 21</a>", browser.Text, StringComparison.Ordinal);
        var page = Decoded(browser.Text);
        Assert.Contains("unknown action 'webhok' (did you mean 'webhook'?)", page, StringComparison.Ordinal);
        Assert.Contains("▶ 4 │     then: [ tag: t, webhok: hook ]\n    │ ", page, StringComparison.Ordinal);
        var changed = Rules.Replace("webhook: hook", "webhook: other", StringComparison.Ordinal);
        using (var other = await browser.PostAsync("/ui/playground", Form(changed)))
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Contains("webhook: [other]", Decoded(browser.Text), StringComparison.Ordinal);
        Assert.Equal("tickets", api.Reception.CurrentPolicy.Routing.Rules.Rules[0].Name);
        Assert.Equal(0, api.Reception.CurrentPolicy.Routing.Rules.Rules[0].Hits);
    }

    [Theory]
    [InlineData("to", "nobody", "is not an address to send to")]
    [InlineData("from", "x\r\nRCPT TO:<y@example.com>", "is not an address to send from")]
    [InlineData("client_ip", "nowhere", "is not an IP address")]
    [InlineData("helo", "a b", "is not a name for HELO")]
    public async Task What_smtp_could_not_say_is_refused(string field, string value, string words)
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/playground");
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["mail"] = Mail,
            ["from"] = "al@sender.test",
            ["to"] = "ann@example.com",
            [field] = value,
        };
        using var answer = await browser.PostAsync("/ui/playground", [.. form.Select(each => (each.Key, each.Value))]);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, Decoded(browser.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_tries_mail_with_the_rules_in_force_alone()
    {
        var hash = TokenDigest.Make("ibt_reader");
        await using var api = await ApiFixture.CreateAsync($"http: {{ tokens: [{{ name: eye, hash: '{hash}', role: read }}] }}", Rules);
        var browser = new UiBrowser(api);
        await browser.SignInAsync("ibt_reader");
        await browser.ReadAsync("/ui/playground");
        using var answer = await browser.PostAsync(
            "/ui/playground", ("mail", Mail), ("from", "al@sender.test"), ("to", "support+42@example.com"), ("file", "a.yaml"),
            ("rules", Rules.Replace("webhook: hook", "webhook: other", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("webhook: [hook]", Decoded(browser.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_mail_is_copied_as_a_test()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var id = await api.SubmitAsync("It broke", to: "support%2B7@example.com");
        var browser = new UiBrowser(api);
        Assert.Contains($"href=\"/ui/messages/{id}/test\"", await browser.ReadAsync($"/ui/messages/{id}"), StringComparison.Ordinal);
        var page = Decoded(await browser.ReadAsync($"/ui/messages/{id}/test"));
        Assert.Contains("expect: { rule: tickets, webhook: [hook]", page, StringComparison.Ordinal);
        Assert.Contains("Paste it at the end of a.yaml.", page, StringComparison.Ordinal);
        await browser.ReadAsync($"/ui/messages/{id}/test?recipient=other@example.com", HttpStatusCode.NotFound);
        await browser.ReadAsync("/ui/messages/none/test", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Neither_rules_nor_configuration_show_a_secret()
    {
        const string Secret = """
            rules:
              - name: all
                then:
                  - webhook:
                      destination: hook
                      auth: { bearer: AUTH }
                      headers: { X-Key: geheim-header }

            """;
        await using var api = await ApiFixture.CreateAsync(
            rules: Secret.Replace("AUTH", "geheim-bearer", StringComparison.Ordinal));
        var id = await api.SubmitAsync("Hello");
        var browser = new UiBrowser(api);
        string[] pages =
            ["/ui/rules", "/ui/playground", "/ui/configuration", $"/ui/messages/{id}?view=sent", $"/ui/messages/{id}?view=why"];
        foreach (var page in pages)
            Assert.DoesNotContain("geheim", await browser.ReadAsync(page), StringComparison.Ordinal);
        Assert.Contains("bearer: ***", Decoded(await browser.ReadAsync("/ui/rules")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_whose_secret_is_too_short_to_mask_is_not_shown()
    {
        await using var api = await ApiFixture.CreateAsync(
            rules: "rules:\n  - name: all\n    then:\n      - webhook: { destination: hook, headers: { X-Key: geh } }\n");
        var browser = new UiBrowser(api);
        foreach (var page in new[] { "/ui/rules", "/ui/playground" })
            Assert.DoesNotContain("geh", await browser.ReadAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_is_made_and_a_refused_one_says_why()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var browser = new UiBrowser(api);
        Assert.Contains("none since the start", await browser.ReadAsync("/ui/configuration"), StringComparison.Ordinal);
        Assert.Contains("is in force", await browser.SubmitAsync("/ui/configuration/reload"), StringComparison.Ordinal);
        Assert.Contains(api.Log.All, line => line.Text.Contains("via=ui action=reload", StringComparison.Ordinal));
        api.Files.Texts["/work/rules/a.yaml"] = "rules:\n  - { name: all, then: [ webhok: hook ] }\n";
        var page = await browser.SubmitAsync("/ui/configuration/reload");
        Assert.Contains("Not reloaded", page, StringComparison.Ordinal);
        Assert.Contains("unknown action 'webhok'", Decoded(page), StringComparison.Ordinal);
        Assert.Contains("The last reload was refused", await browser.ReadAsync("/ui"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_show_their_tests_and_lead_to_the_messages_that_they_decided()
    {
        const string Tested = Rules + """
            tests:
              - name: a ticket
                mail: { sender: al@sender.test, recipient: support+1@example.com }
                expect: { rule: tickets }

            """;
        await using var api = await ApiFixture.CreateAsync(rules: Tested);
        var browser = new UiBrowser(api);
        var page = Decoded(await browser.ReadAsync("/ui/rules"));
        Assert.Matches("a ticket <code>[^<]*a.yaml:", page);
        Assert.Contains("no test", page, StringComparison.Ordinal);
        Assert.Matches(@"cover 1 of\s+2 rules", page);
        Assert.Contains("href=\"/ui/messages?rule=tickets\"", page, StringComparison.Ordinal);
        var held = await api.SubmitAsync("Hello");
        Assert.Contains(held, await browser.ReadAsync("/ui/messages?rule=rest"), StringComparison.Ordinal);
        Assert.Contains("No message fits", await browser.ReadAsync("/ui/messages?rule=tickets"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_nodes_of_a_spool_are_listed_with_their_health()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        Assert.DoesNotContain("Nodes of the spool", await browser.ReadAsync("/ui/configuration"), StringComparison.Ordinal);
        var other = api.Core.Nodes.Self.Describe() with { Id = "other", Name = "<b>mx2</b>", State = NodeState.Ready, Reason = null };
        await api.Spool.ReportNodeAsync(other, CancellationToken.None);
        Assert.Contains("<b>mx2</b>", Decoded(await browser.ReadAsync("/ui/configuration")), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>mx2", browser.Text, StringComparison.Ordinal);
        Assert.Contains("(this one)", browser.Text, StringComparison.Ordinal);
        Assert.Contains(">ready<", browser.Text, StringComparison.Ordinal);
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(">lost<", await browser.ReadAsync("/ui/configuration"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dns_records_of_a_domain_are_looked_up_when_somebody_asks()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        var page = await browser.ReadAsync("/ui/configuration");
        Assert.Contains("href=\"/ui/configuration/dns/example.com\"", page, StringComparison.Ordinal);
        page = Decoded(await browser.ReadAsync("/ui/configuration/dns/example.com"));
        Assert.Contains("example.com. MX 10 mx.example.com.", page, StringComparison.Ordinal);
        Assert.Contains("No DNS server answers", page, StringComparison.Ordinal);
        await browser.ReadAsync("/ui/configuration/dns/other.example", HttpStatusCode.NotFound);
    }

    private static string Decoded(string page) => WebUtility.HtmlDecode(page);
}
