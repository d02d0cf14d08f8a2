using System.Net;
using System.Text.Json;
using InboundBridge.UnitTests.Host.Ui;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>What was refused is found by API and UI.</summary>
public sealed class RefusalApiTests
{
    private const string Rules = """
        rules:
          - { name: no ann, when: { recipient: "ann@example.com" }, then: [ reject: "<b>not</b> her" ] }
          - { name: all, then: [ webhook: hook ] }
        """;

    [Fact]
    public async Task A_refused_recipient_is_found_with_client_reply_reason_and_rule()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        await RefuseAsync(api, "al@sender.test", "ann@example.com");
        await RefuseAsync(api, "al@sender.test", "bob@elsewhere.test");
        var items = await ItemsAsync(api, "recipient=ann");
        var refusal = Assert.Single(items);
        Assert.Equal(
            ("192.0.2.7", "RCPT", "al@sender.test", "ann@example.com", "550 5.7.1 <b>not</b> her", "no ann"),
            (Of("client"), Of("verb"), Of("sender"), Of("recipients"), Of("reply"), Of("rule")));
        string? Of(string name) => refusal.GetProperty(name).GetString();
        Assert.Equal(2, (await ItemsAsync(api, "client=192.0.2.0/24")).Count);
        Assert.Equal("relay_denied", Assert.Single(await ItemsAsync(api, "reason=relay_denied")).GetProperty("reason").GetString());
        Assert.Empty(await ItemsAsync(api, "client=192.0.3.1"));
    }

    [Fact]
    public async Task Pages_follow_each_other_and_wrong_filters_are_refused()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        for (var count = 0; count < 5; count++)
            await RefuseAsync(api, $"s{count}@sender.test", "ann@example.com");
        var first = await api.AskAsync("GET /api/v1/refusals?limit=3");
        Assert.Equal(
            ["s4@sender.test", "s3@sender.test", "s2@sender.test"],
            first.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("sender").GetString()));
        var second = await api.AskAsync($"GET /api/v1/refusals?limit=3&cursor={first.GetProperty("next").GetString()}");
        Assert.Equal(
            ["s1@sender.test", "s0@sender.test"],
            second.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("sender").GetString()));
        Assert.Null(second.GetProperty("next").GetString());
        await api.AskAsync("GET /api/v1/refusals?cursor=x", HttpStatusCode.BadRequest);
        await api.AskAsync("GET /api/v1/refusals?sendr=x", HttpStatusCode.BadRequest);
        await api.AskAsync("GET /api/v1/refusals?since=yesterday", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_page_of_refusals_finds_them_and_encodes_what_strangers_wrote()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var browser = new UiBrowser(api);
        Assert.Contains("Nothing was refused since the start", await browser.ReadAsync("/ui/messages/refused"), StringComparison.Ordinal);
        await RefuseAsync(api, "al@sender.test", "ann@example.com");
        var page = await browser.ReadAsync("/ui/messages/refused?recipient=ann&client=192.0.2.7");
        foreach (var words in new[]
        {
            "al@sender.test", "→ ann@example.com", "at RCPT", "rule no ann", "&lt;b&gt;not&lt;/b&gt; her", "192.0.2.7",
        })
            Assert.Contains(words, WebUtility.HtmlDecode(page) + page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>not", page, StringComparison.Ordinal);
        Assert.Contains("No refusal fits", await browser.ReadAsync("/ui/messages/refused?recipient=bob"), StringComparison.Ordinal);
        await browser.ReadAsync("/ui/messages/refused?cursor=x", HttpStatusCode.BadRequest);
        await browser.ReadAsync("/ui/messages/refused?since=never", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_message_tells_what_its_session_was_answered()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var id = (await api.AskAsync(
            "POST /api/v1/messages?from=al@sender.test&to=bob@example.com&to=ann@example.com", HttpStatusCode.Created,
            "Subject: x\r\n\r\n", "message/rfc822")).GetProperty("id").GetString();
        var message = await api.AskAsync($"GET /api/v1/messages/{id}");
        Assert.Equal(
            [
                "MAIL al@sender.test 250 2.1.0 Sender ok", "RCPT bob@example.com 250 2.1.5 Recipient ok",
                "RCPT ann@example.com 550 5.7.1 <b>not</b> her", $"DATA  250 2.0.0 Ok: queued as {id}",
            ],
            message.GetProperty("replies").EnumerateArray().Select(reply => string.Join(
                ' ', new[] { "command", "address", "reply" }.Select(name => reply.GetProperty(name).GetString()))));
        Assert.Equal(0, message.GetProperty("more_refusals").GetInt32());
        var page = await new UiBrowser(api).ReadAsync($"/ui/messages/{id}?view=why");
        foreach (var words in new[]
        {
            "What the client was answered", "550 5.7.1 &lt;b&gt;not&lt;/b&gt; her", "rule no ann", "end of data",
        })
            Assert.Contains(words, page, StringComparison.Ordinal);
    }

    private static async Task RefuseAsync(ApiFixture api, string from, string to) =>
        await api.AskAsync(
            $"POST /api/v1/messages?from={from}&to={to}&client_ip=192.0.2.7", HttpStatusCode.UnprocessableEntity,
            "Subject: x\r\n\r\n", "message/rfc822");

    private static async Task<List<JsonElement>> ItemsAsync(ApiFixture api, string query) =>
        [.. (await api.AskAsync($"GET /api/v1/refusals?{query}")).GetProperty("items").EnumerateArray()];
}
