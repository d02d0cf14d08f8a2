using System.Net;
using InboundBridge.Rules.Facts;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>The playground takes every fact that a rule test can give.</summary>
public sealed class UiGivenFactsTests
{
    private const string Mail = "From: al@sender.test\nSubject: Help\n\nIt broke.\n";

    /// <summary>The form has fields of its own for client, EHLO and sender.</summary>
    public static TheoryData<string> Keys =>
        [.. Fact.All.Select(fact => fact.Key).Except(["client_ip", "helo", "sender"], StringComparer.Ordinal), "time"];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Each_fact_of_the_catalogue_has_a_field_and_keeps_what_was_given(string key)
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        Assert.Contains($"name=\"given.{key}\"", await browser.ReadAsync("/ui/playground"), StringComparison.Ordinal);
        var value = key == "time" ? "2026-01-31T09:30:00Z"
            : Fact.Find(key) is { Values: [var word, ..] } ? word
            : Fact.Find(key)!.Type switch
            {
                FactType.Number => "42",
                FactType.Instant => "2026-01-31T09:30:00Z",
                FactType.Attachments => "[{ name: a.pdf }]",
                _ => key == "tls" ? "TLSv1.2" : "odd.example",
            };
        using var answer = await TryAsync(browser, (key, value));
        Assert.True(
            answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{key}: {(int)answer.StatusCode} {browser.Text}");
        if (answer.StatusCode == HttpStatusCode.BadRequest)
            Assert.Contains("Given facts:", Decoded(browser.Text), StringComparison.Ordinal);
        Assert.Contains(value, Decoded(browser.Text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spf", "fail", "spf: fail")]
    [InlineData("dkim", "pass", "dkim: pass")]
    [InlineData("dmarc", "fail", "dmarc: fail")]
    [InlineData("verdict", "forwarded", "verdict: forwarded")]
    [InlineData("client_name", "mail.sender.test", "client_name: mail.sender.test")]
    [InlineData("tls", "TLSv1.3", "tls: true")]
    [InlineData("tls", "true", "tls: true")]
    [InlineData("subject", "Something else", "subject: 'Something*'")]
    [InlineData("time", "2026-01-31T09:30:00Z", "time: { hours: '09:00-10:00' }")]
    public async Task A_given_fact_is_what_rules_see(string key, string value, string condition)
    {
        await using var api = await ApiFixture.CreateAsync(
            rules: $"rules:\n  - {{ name: hit, when: {{ {condition} }}, then: [ webhook: hook ] }}\n"
                + "  - { name: rest, then: [ hold: look ] }\n");
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/playground");
        using var answer = await TryAsync(browser, (key, value));
        Assert.True(answer.StatusCode == HttpStatusCode.OK, browser.Text);
        Assert.Contains("Decided by “hit”", Decoded(browser.Text), StringComparison.Ordinal);
        Assert.Contains("POST http://127.0.0.1:9/", Decoded(browser.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_verdict_that_enforcement_refuses_gets_its_reply()
    {
        await using var api = await ApiFixture.CreateAsync("authentication: { spf: enforce }");
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/playground");
        using (var refused = await TryAsync(browser, ("spf", "fail")))
            Assert.Contains("550 5.7.23 the client may not send mail of sender.test", Decoded(browser.Text), StringComparison.Ordinal);
        using (var passed = await TryAsync(browser, ("spf", "pass")))
            Assert.Contains("250 2.1.5 Recipient ok", Decoded(browser.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_verdicts_are_in_the_request_and_in_the_list_of_checks()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/playground");
        using var answer = await TryAsync(browser, ("spf", "pass"), ("spam_score", "7.5"), ("dnsbl", "[zen.example.net]"));
        var text = Decoded(browser.Text);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains("zen.example.net", text, StringComparison.Ordinal);
        Assert.Contains("\"verdict\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spf", "fial", "'spf' is never 'fial'")]
    [InlineData("time", "soon", "'soon' is not a time")]
    [InlineData("time", "0001-01-01", "give one from 1990")]
    [InlineData("attachments", "[{", "Given facts")]
    [InlineData("subject", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "Given facts")]
    public async Task What_no_mail_can_have_is_refused_with_the_reason(string key, string value, string words)
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/playground");
        using var answer = await TryAsync(browser, (key, value));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, Decoded(browser.Text), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> TryAsync(UiBrowser browser, params (string Key, string Value)[] given) =>
        browser.PostAsync(
            "/ui/playground",
            [("mail", Mail), ("from", "al@sender.test"), ("to", "support+42@example.com"), ("client_ip", "192.0.2.1"),
                .. given.Select(each => ($"given.{each.Key}", each.Value))]);

    private static string Decoded(string page) => WebUtility.HtmlDecode(page);
}
