using System.Net;
using System.Text.RegularExpressions;
using InboundBridge.Ui.Assets;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>Every page answers, encodes what strangers wrote, and carries its policy.</summary>
public sealed class UiPageTests
{
    private const string Payload = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

    /// <summary>A mail that is hostile in every place that a page shows.</summary>
    private const string Hostile = """
        From: "<script>alert(1)</script>" <al@sender.test>
        To: "><svg onload=alert(3)>" <ann@example.com>
        Subject: <script>alert(1)</script>"'><img src=x onerror=alert(2)>
        X-<b>Odd</b>: <script>alert(4)</script>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/html; charset=utf-8

        <p onclick="alert(5)">Hi</p><script>alert(6)</script><img src="http://tracker.test/x.gif"><a href="javascript:alert(7)">x</a>
        <a href="https://good.test/">good</a><form action="https://evil.test/"><input name=q></form>
        --b
        Content-Type: text/plain; name="<script>alert(8)</script>.txt"
        Content-Disposition: attachment; filename="<script>alert(8)</script>.txt"

        file
        --b--

        """;

    private const string Rules = """
        rules:
          - { name: "<i>tickets</i>", when: { subject: "*" }, then: [ tag: "<u>t</u>", webhook: hook ] }

        """;

    [Fact]
    public async Task Every_page_answers_with_its_policy_and_encodes_what_strangers_wrote()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var (id, browser) = (await SubmitAsync(api, Hostile), new UiBrowser(api));
        foreach (var page in PagesOf(id))
        {
            using var answer = await browser.GetAsync(page);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{page}: {(int)answer.StatusCode} {browser.Text}");
            AssertPolicy(page, answer);
            foreach (var raw in new[] { "<script>alert", "<img src=x", "<svg onload", "<b>Odd", "<i>tickets", "<u>t<" })
                Assert.False(browser.Text.Contains(raw, StringComparison.Ordinal), $"{page} holds {raw}");
        }
        Assert.Contains("&lt;script&gt;alert(1)", await browser.ReadAsync($"/ui/messages/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_messages_are_counted_as_the_filter_of_the_page_shows_them()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        Assert.DoesNotContain("data-count", await browser.ReadAsync("/ui/messages"), StringComparison.Ordinal);
        await api.SubmitAsync("ticket one");
        var page = await browser.ReadAsync("/ui/messages?subject=ticket");
        var count = WebUtility.HtmlDecode(page.Split("data-count=\"")[1].Split('"')[0]);
        Assert.StartsWith("/ui/messages/new?subject=ticket&after=", count, StringComparison.Ordinal);
        Assert.Equal("{\"count\":0,\"more\":false}", await browser.ReadAsync(count));
        // Lists have no order among the mails of one millisecond.
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        await api.SubmitAsync("ticket two");
        await api.SubmitAsync("other");
        await api.SubmitAsync("ticket three");
        Assert.Equal("{\"count\":2,\"more\":false}", await browser.ReadAsync(count));
        await browser.ReadAsync(count.Replace("subject", "sbject", StringComparison.Ordinal), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Errors_are_pages_with_the_same_policy()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        foreach (var (page, status, words) in new[]
        {
            ("/ui/nothing", 404, "There is no page"), ("/ui/messages/none", 404, "There is no such message"),
            ("/ui/messages?sendr=x", 400, "did you mean"), ("/ui/messages?state=deliverd", 400, "did you mean"),
            ("/ui/messages?cursor=", 200, "No mail yet"), ("/ui/deliveries?cursor=xyz", 400, "does not belong to this list"),
            ("/ui/deliveries?destination=hok", 400, "did you mean"), ("/ui/log?kind=recieved", 400, "did you mean"),
            ("/ui/destinations/hok", 404, "did you mean"),
            ($"/ui/messages?subject={Uri.EscapeDataString(Payload)}", 200, "&lt;script&gt;"),
            ($"/ui/messages?{Uri.EscapeDataString(Payload)}=1", 400, "&lt;script&gt;"),
            ($"/ui/{Uri.EscapeDataString("<script>")}", 404, "Not found"),
        })
        {
            using var answer = await browser.GetAsync(page);
            Assert.Equal((page, status), (page, (int)answer.StatusCode));
            Assert.Contains(words, browser.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", browser.Text, StringComparison.Ordinal);
            AssertPolicy(page, answer);
        }
    }

    [Fact]
    public async Task The_html_of_a_mail_is_cleaned_and_confined()
    {
        await using var api = await ApiFixture.CreateAsync();
        var (id, browser) = (await SubmitAsync(api, Hostile), new UiBrowser(api));
        using var answer = await browser.GetAsync($"/ui/messages/{id}/html");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;", policy, StringComparison.Ordinal);
        Assert.EndsWith("sandbox allow-popups allow-popups-to-escape-sandbox", policy, StringComparison.Ordinal);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        foreach (var gone in new[] { "script", "onclick", "javascript:", "tracker.test", "<form", "<input", "evil.test" })
            Assert.DoesNotContain(gone, browser.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("rel=\"noopener noreferrer nofollow\"", browser.Text, StringComparison.Ordinal);
        Assert.Contains("https://good.test/", browser.Text, StringComparison.Ordinal);
        Assert.Contains("1 remote picture or style was not loaded", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_a_mail_are_downloads()
    {
        await using var api = await ApiFixture.CreateAsync();
        var (id, browser) = (await SubmitAsync(api, Hostile), new UiBrowser(api));
        foreach (var path in new[] { $"/ui/messages/{id}/raw", $"/ui/messages/{id}/attachments/1" })
        {
            using var answer = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
            Assert.Equal("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        }
        Assert.Equal("file", browser.Text.Trim());
        await browser.ReadAsync($"/ui/messages/{id}/attachments/9", HttpStatusCode.NotFound);
        await browser.ReadAsync($"/ui/messages/{id}/attachments/x", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Static_files_are_small_named_by_their_content_and_kept()
    {
        await using var api = await ApiFixture.CreateAsync();
        var (assets, browser) = (new UiAssets(), new UiBrowser(api));
        var total = 0;
        foreach (var address in new[] { assets.Style, assets.Script, assets.Icon })
        {
            using var answer = await browser.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers.GetValues("Cache-Control").Single());
            Assert.Matches(@"\.[0-9a-f]{16}\.(css|js|svg)$", address);
            Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            total += browser.Text.Length;
        }
        Assert.InRange(total, 1, 150 * 1024);
        await browser.ReadAsync("/ui/assets/app.css", HttpStatusCode.NotFound);
        await browser.ReadAsync("/ui/assets/../secret", HttpStatusCode.NotFound);
        Assert.InRange((await browser.ReadAsync("/ui")).Length, 1, 60 * 1024 - total);
    }

    [Fact]
    public async Task A_head_request_gets_the_header_alone()
    {
        await using var api = await ApiFixture.CreateAsync();
        using var answer = await api.SendAsync("HEAD /ui");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_spool_that_fails_is_said_on_a_page()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        await api.Spool.DisposeAsync();
        await browser.ReadAsync("/ui/messages", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("The spool is not available", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_go_to_older_pages_and_back()
    {
        await using var api = await ApiFixture.CreateAsync();
        for (var mail = 0; mail < 120; mail++)
            await api.SubmitAsync($"Mail {mail:000}");
        var browser = new UiBrowser(api);
        string[] lists = ["/ui/messages", "/ui/messages?rule=all", "/ui/messages?state=pending", "/ui/deliveries?state=pending"];
        foreach (var list in lists)
        {
            var pages = new List<string> { await browser.ReadAsync(list) };
            while (Link(pages[^1], "Older →") is { } older)
                pages.Add(await browser.ReadAsync(older));
            Assert.Equal(3, pages.Count);
            for (var page = pages.Count - 1; page > 0; page--)
                Assert.Equal(Ids(pages[page - 1]), Ids(await browser.ReadAsync(Link(pages[page], "← Newer")!)));
            Assert.Null(Link(pages[0], "← Newer"));
            Assert.Equal(120, pages.SelectMany(Ids).Distinct(StringComparer.Ordinal).Count());
        }
    }

    private static string? Link(string page, string text) =>
        Regex.Match(page, $"href=\"([^\"]*)\"[^>]*>{text}<", RegexOptions.None, TimeSpan.FromSeconds(5)) is { Success: true } found
            ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;

    private static List<string> Ids(string page) =>
    [
        .. Regex.Matches(page, "/ui/messages/(?<id>[0-9a-z]{26})", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .Select(each => each.Groups[1].Value),
    ];

    internal static async Task<string> SubmitAsync(ApiFixture api, string mail) =>
        (await api.AskAsync(
            "POST /api/v1/messages?from=al@sender.test&to=ann@example.com", HttpStatusCode.Created,
            mail.ReplaceLineEndings("\r\n"), "message/rfc822")).GetProperty("id").GetString()!;

    private static string[] PagesOf(string id) =>
    [
        "/ui", "/ui/messages", "/ui/messages?subject=alert&state=pending&since=1h", $"/ui/messages/{id}", $"/ui/messages/{id}?view=why",
        $"/ui/messages/{id}?view=deliveries", $"/ui/messages/{id}?view=sent", $"/ui/messages/{id}?view=source", $"/ui/messages/{id}/replay",
        $"/ui/messages/{id}/delete", "/ui/deliveries", "/ui/deliveries?state=pending&destination=hook", "/ui/destinations",
        "/ui/destinations/hook", "/ui/rules", "/ui/playground", $"/ui/playground?message={id}", "/ui/configuration", "/ui/log",
        "/ui/messages/refused",
        "/ui/log?kind=received",
    ];

    private static void AssertPolicy(string page, HttpResponseMessage answer)
    {
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.True(
            policy == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            $"{page}: {policy}");
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("no-store", answer.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }
}
