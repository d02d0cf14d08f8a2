using System.Net;
using InboundBridge.Configuration.Secrets;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>Who gets in, what a read token sees, and how a session ends.</summary>
public sealed class UiAccessTests
{
    private const string Admin = "ibt_admin-for-tests";
    private const string Reader = "ibt_reader-for-tests";

    private static readonly string[] Buttons =
        [">Retry now", ">Retry…", "Cancel", "Replay", "Delete", ">Pause<", ">Test<", "Reload", "name=\"rules\"", "type=\"checkbox\""];

    public static TheoryData<string> Pages =>
        ["/ui", "/ui/messages", "/ui/messages/none", "/ui/deliveries", "/ui/destinations", "/ui/destinations/hook", "/ui/messages/x/raw",
            "/ui/nothing", "/ui/events"];

    private static string Tokens => "http: { tokens: ["
        + $"{{ name: ops, hash: '{TokenDigest.Make(Admin)}', role: admin }}, "
        + $"{{ name: eye, hash: '{TokenDigest.Make(Reader)}', role: read }}] }}";

    [Fact]
    public async Task The_root_leads_to_the_ui_and_loopback_without_tokens_is_open()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        using var root = await browser.GetAsync("/");
        Assert.Equal("/ui", root.Headers.Location?.ToString());
        Assert.Contains("Overview", await browser.ReadAsync("/ui"), StringComparison.Ordinal);
        Assert.DoesNotContain("Sign out", browser.Text, StringComparison.Ordinal);
        using var login = await browser.GetAsync("/ui/login");
        Assert.Equal("/ui", login.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("Host", "attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("X-Forwarded-For", "203.0.113.7", HttpStatusCode.Unauthorized)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://attacker.example", HttpStatusCode.Forbidden)]
    public async Task An_open_ui_answers_only_this_machine(string field, string value, HttpStatusCode expected)
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api) { Fields = { [field] = value } };
        foreach (var page in Pages)
        {
            using var answer = await browser.GetAsync(page.Data);
            Assert.Equal((page.Data, expected), (page.Data, answer.StatusCode));
        }
        using var change = await browser.PostBareAsync("/ui/destinations/hook/pause");
        Assert.Equal(expected, change.StatusCode);
    }

    [Fact]
    public async Task A_link_that_a_person_follows_from_another_site_opens_a_page_and_changes_nothing()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api)
        {
            Fields = { ["Sec-Fetch-Site"] = "cross-site", ["Sec-Fetch-Mode"] = "navigate", ["Sec-Fetch-Dest"] = "document" },
        };
        await browser.ReadAsync("/ui/messages");
        using var change = await browser.PostAsync("/ui/destinations/hook/pause");
        Assert.Equal(HttpStatusCode.Forbidden, change.StatusCode);
        browser.Fields["Sec-Fetch-Dest"] = "iframe";
        await browser.ReadAsync("/ui/messages", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task With_tokens_every_page_asks_for_a_sign_in_and_leads_back()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var browser = new UiBrowser(api);
        foreach (var page in Pages)
        {
            using var answer = await browser.GetAsync(page.Data);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.StartsWith("/ui/login", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        }
        await browser.ReadAsync("/ui/login?to=%2Fui%2Fmessages%3Fstate%3Ddead");
        using var wrong = await browser.PostAsync("/ui/login", ("token", "nonsense"), ("to", "/ui/messages?state=dead"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Contains("this token is not in http.tokens", browser.Text, StringComparison.Ordinal);
        Assert.Null(browser.Cookie);
        using var right = await browser.PostAsync("/ui/login", ("token", Admin), ("to", "/ui/messages?state=dead"));
        Assert.Equal("/ui/messages?state=dead", right.Headers.Location?.ToString());
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        foreach (var part in new[] { "max-age=43200", "path=/ui", "samesite=strict", "httponly" })
            Assert.Contains(part, cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
        Assert.Contains("Sign out", await browser.ReadAsync("/ui"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("Forwarded", "for=192.0.2.1;proto=https")]
    [InlineData("Forwarded", "for=\"[2001:db8::1]\";proto=\"https\"")]
    public async Task Behind_a_proxy_with_tls_the_cookie_is_secure(string field, string value)
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var browser = new UiBrowser(api) { Fields = { [field] = value, ["Host"] = "mail.example.com" } };
        await browser.ReadAsync("/ui/login");
        using var answer = await browser.PostAsync("/ui/login", ("token", Admin));
        Assert.Contains("; secure", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//attacker.example/")]
    [InlineData("https://attacker.example/")]
    [InlineData("/ui/../api/v1/stats")]
    [InlineData("/\\attacker.example")]
    [InlineData("/api/v1/stats")]
    public async Task A_sign_in_leads_only_to_pages_of_ours(string to)
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/login");
        using var answer = await browser.PostAsync("/ui/login", ("token", Admin), ("to", to));
        Assert.Equal("/ui", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Too_many_wrong_tokens_are_refused_for_a_while()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var browser = new UiBrowser(api);
        await browser.ReadAsync("/ui/login");
        var form = UiBrowser.TokenIn(browser.Text);
        HttpStatusCode last = default;
        for (var attempt = 0; attempt < 25; attempt++)
        {
            using var answer = await browser.PostBareAsync("/ui/login", ("form_token", form), ("token", $"wrong {attempt}"));
            last = answer.StatusCode;
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Contains("too many wrong tokens", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_token_sees_no_buttons_and_changes_nothing()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var id = await SubmitAsync(api);
        var delivery = Assert.Single(await api.Spool.FindDeliveriesAsync(id, CancellationToken.None));
        var browser = new UiBrowser(api);
        await browser.SignInAsync(Reader);
        foreach (var page in new[]
        {
            "/ui", "/ui/messages", $"/ui/messages/{id}", $"/ui/messages/{id}?view=deliveries", "/ui/deliveries?state=pending",
            "/ui/rules", "/ui/playground", "/ui/configuration", "/ui/destinations/hook",
        })
        {
            var text = await browser.ReadAsync(page);
            Assert.Contains("read only", text, StringComparison.Ordinal);
            foreach (var word in Buttons)
                Assert.DoesNotContain(word, text, StringComparison.Ordinal);
            Assert.DoesNotContain("action=\"/ui/messages/replay\"", text, StringComparison.Ordinal);
        }
        var form = UiBrowser.TokenIn(browser.Text);
        foreach (var path in Changes(id, delivery.Id))
        {
            using var answer = await browser.PostBareAsync(
                path, ("form_token", form), ("confirm", "1"), ("state", "pending"), ("id", id), ("send", "1"));
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, answer.StatusCode));
            Assert.Contains("may only read", browser.Text, StringComparison.Ordinal);
        }
        Assert.Equal((delivery.State, 0L), await StateAsync(api, delivery.Id));
        Assert.DoesNotContain(api.Log.All, line => line.Text.Contains("via=ui", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_without_its_token_changes_nothing()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("Hello");
        var delivery = Assert.Single(await api.Spool.FindDeliveriesAsync(id, CancellationToken.None));
        var browser = new UiBrowser(api);
        foreach (var token in new[] { string.Empty, "x", new string('0', 64) })
        {
            foreach (var path in Changes(id, delivery.Id))
            {
                using var answer = await browser.PostBareAsync(
                    path, ("form_token", token), ("confirm", "1"), ("state", "pending"), ("id", id), ("send", "1"));
                Assert.Equal((path, HttpStatusCode.Forbidden), (path, answer.StatusCode));
            }
        }
        Assert.Contains("no longer valid", browser.Text, StringComparison.Ordinal);
        Assert.Equal((delivery.State, 0L), await StateAsync(api, delivery.Id));
    }

    [Fact]
    public async Task The_form_of_one_session_is_of_no_use_in_another()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var (one, other) = (new UiBrowser(api), new UiBrowser(api));
        await one.SignInAsync(Admin);
        await other.SignInAsync(Admin);
        var form = UiBrowser.TokenIn(await one.ReadAsync("/ui/destinations/hook"));
        using var answer = await other.PostBareAsync("/ui/destinations/hook/pause", ("form_token", form));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_by_sign_out_by_time_and_by_a_reload_that_removes_its_token()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var browser = new UiBrowser(api);
        await browser.SignInAsync(Admin);
        var cookie = browser.Cookie;
        await browser.ReadAsync("/ui");
        using (var answer = await browser.PostAsync("/ui/logout"))
            Assert.Equal("/ui/login", answer.Headers.Location?.ToString());
        browser.Cookie = cookie;
        await browser.ReadAsync("/ui", HttpStatusCode.SeeOther);
        browser.Cookie = null;
        await browser.SignInAsync(Admin);
        api.Clock.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        await browser.ReadAsync("/ui");
        api.Clock.Advance(TimeSpan.FromSeconds(2));
        await browser.ReadAsync("/ui", HttpStatusCode.SeeOther);
        await browser.SignInAsync(Admin);
        await browser.ReadAsync("/ui");
        var others = $"http.tokens=[{{ name: eye, hash: '{TokenDigest.Make(Reader)}', role: read }}]";
        Assert.False((await api.ReloadAsync(others)).Problems.HasErrors);
        await browser.ReadAsync("/ui", HttpStatusCode.SeeOther);
        using var change = await browser.PostBareAsync("/ui/destinations/hook/pause");
        Assert.Equal(HttpStatusCode.Unauthorized, change.StatusCode);
    }

    [Fact]
    public async Task A_session_that_nobody_used_in_between_is_over_when_its_token_comes_back()
    {
        // Each digest is made once: it has a salt.
        var eye = $"{{ name: eye, hash: '{TokenDigest.Make(Reader)}', role: read }}";
        var ops = $"{{ name: ops, hash: '{TokenDigest.Make(Admin)}', role: admin }}";
        await using var api = await ApiFixture.CreateAsync($"http: {{ tokens: [{ops}, {eye}] }}");
        var (admin, reader) = (new UiBrowser(api), new UiBrowser(api));
        await admin.SignInAsync(Admin);
        await reader.SignInAsync(Reader);
        for (var round = 0; round < 2; round++)
        {
            Assert.False((await api.ReloadAsync($"http.tokens=[{eye}]")).Problems.HasErrors);
            Assert.False((await api.ReloadAsync()).Problems.HasErrors);
            await admin.ReadAsync("/ui", HttpStatusCode.SeeOther);
            await admin.SignInAsync(Admin);
        }
        await reader.ReadAsync("/ui");
    }

    private static async Task<(DeliveryState State, long Version)> StateAsync(ApiFixture api, string id) =>
        await api.Spool.FindDeliveryAsync(id, CancellationToken.None) is { } delivery ? (delivery.State, delivery.Version) : default;

    private static string[] Changes(string message, string delivery) =>
    [
        $"/ui/deliveries/{delivery}/retry", $"/ui/deliveries/{delivery}/cancel", $"/ui/deliveries/{delivery}/release",
        "/ui/deliveries/retry", "/ui/deliveries/cancel", "/ui/deliveries/release", $"/ui/messages/{message}/delete", "/ui/messages/replay",
        "/ui/destinations/hook/pause", "/ui/destinations/hook/resume", "/ui/destinations/hook/test", "/ui/destinations/hook/test-event",
        "/ui/configuration/reload",
    ];

    private static async Task<string> SubmitAsync(ApiFixture api)
    {
        using var client = api.Client(Admin);
        using var content = new StringContent("Subject: x\r\n\r\nHello\r\n");
        using var answer = await client.PostAsync("/api/v1/messages?from=al@sender.test&to=ann@example.com", content);
        return System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
    }
}
