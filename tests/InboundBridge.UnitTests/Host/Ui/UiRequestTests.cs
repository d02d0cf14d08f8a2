using System.Net;
using InboundBridge.Configuration.Secrets;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>Where a request comes from, and what its address says: nothing odd is taken for something else.</summary>
public sealed class UiRequestTests
{
    private const string Admin = "ibt_admin-for-tests";

    private static string Tokens(string more = "") =>
        $"http: {{ tokens: [{{ name: ops, hash: '{TokenDigest.Make(Admin)}', role: admin }}]{more} }}";

    [Theory]
    [InlineData("Origin", "http://attacker.example", null, null, false)]
    [InlineData("Origin", "http://localhost:8080", null, null, false)]
    [InlineData("Origin", "http://localhost.attacker.example", null, null, false)]
    [InlineData("Origin", "http://localhost@attacker.example", null, null, false)]
    [InlineData("Origin", "null", null, null, false)]
    [InlineData("Origin", "file://", null, null, false)]
    [InlineData("Origin", "http://localhost", null, null, true)]
    [InlineData("Origin", "https://localhost", null, null, true)]
    [InlineData("Origin", "http://LOCALHOST:80", null, null, true)]
    [InlineData("Origin", "https://mail.example.com", "Host", "mail.example.com:443", true)]
    [InlineData("Origin", "https://mail.example.com", "X-Forwarded-Host", "mail.example.com", true)]
    [InlineData("Origin", "https://mail.example.com", "Forwarded", "for=192.0.2.1;host=\"mail.example.com\";proto=https", true)]
    [InlineData("Origin", "https://mail.example.com", "X-Forwarded-Host", "other.example.com", false)]
    [InlineData("Sec-Fetch-Site", "cross-site", null, null, false)]
    [InlineData("Sec-Fetch-Site", "same-site", null, null, false)]
    [InlineData("Sec-Fetch-Site", "same-origin", null, null, true)]
    [InlineData("Sec-Fetch-Site", "none", null, null, true)]
    public async Task With_tokens_a_change_comes_from_a_page_of_ours(string field, string value, string? second, string? said, bool isOurs)
    {
        await using var api = await ApiFixture.CreateAsync(Tokens());
        var browser = new UiBrowser(api);
        await browser.SignInAsync(Admin);
        await browser.ReadAsync("/ui/destinations/hook");
        browser.Fields.Remove("Sec-Fetch-Site");
        browser.Fields[field] = value;
        if (second is not null)
            browser.Fields[second] = said!;
        using (var answer = await browser.PostAsync("/ui/destinations/hook/pause"))
            Assert.Equal(isOurs ? HttpStatusCode.SeeOther : HttpStatusCode.Forbidden, answer.StatusCode);
        browser.Cookie = null;
        using var login = await browser.PostBareAsync("/ui/login", ("token", Admin));
        Assert.Equal(HttpStatusCode.Forbidden, login.StatusCode);
        Assert.Equal(!isOurs, browser.Text.Contains("page of another site", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Behind_a_proxy_that_changes_the_host_the_public_url_tells_where_we_are()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens(", public_url: 'https://mail.example.com/x'"));
        var browser = new UiBrowser(api) { Fields = { ["Origin"] = "https://mail.example.com", ["Host"] = "127.0.0.1:8080" } };
        await browser.SignInAsync(Admin);
        browser.Fields["Origin"] = "https://mail.example.org";
        using var answer = await browser.PostAsync("/ui/logout");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("X-Forwarded-Host", browser.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui/messages?cursor=x")]
    [InlineData("/ui/messages?cursor=~~~~")]
    [InlineData("/ui/messages?cursor=zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("/ui/messages?cursor=0ABCDEFGHJKMNPQRSTVWXYZ000")]
    [InlineData("/ui/messages?cursor=12")]
    [InlineData("/ui/messages?state=dead&cursor=x")]
    [InlineData("/ui/messages?state=dead&cursor=01kd0000000000000000000000")]
    [InlineData("/ui/messages?cursor=00000000000000000000000001")]
    [InlineData("/ui/messages?cursor=01kd0000000000000000000000&cursor=01kd0000000000000000000000")]
    [InlineData("/ui/messages?cursor=01kd0000000000000000000000&way=x")]
    [InlineData("/ui/messages?way=..")]
    [InlineData("/ui/deliveries?cursor=x")]
    [InlineData("/ui/deliveries?cursor=-1")]
    [InlineData("/ui/deliveries?cursor=99999999999999999999")]
    [InlineData("/ui/deliveries?cursor=01kd0000000000000000000000")]
    [InlineData("/ui/deliveries?cursor=1&way=1.x")]
    [InlineData("/ui/deliveries?message=x&cursor=x")]
    [InlineData("/ui/rules?from=x")]
    [InlineData("/ui/rules?from=0")]
    [InlineData("/ui/rules?from=-1")]
    public async Task A_place_that_is_none_is_not_the_first_page(string address)
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("Hello");
        var page = await new UiBrowser(api).ReadAsync(address, HttpStatusCode.BadRequest);
        Assert.DoesNotContain("<td class=\"subject\">", page, StringComparison.Ordinal);
        Assert.Matches("Start again at its first page|expected a number", page);
    }

    [Fact]
    public async Task No_page_ignores_a_parameter_that_it_does_not_know()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("Hello");
        var browser = new UiBrowser(api);
        foreach (var path in new[]
        {
            "/ui", "/ui/messages", $"/ui/messages/{id}", $"/ui/messages/{id}/html", $"/ui/messages/{id}/raw",
            $"/ui/messages/{id}/attachments/1", $"/ui/messages/{id}/delete", $"/ui/messages/{id}/replay", "/ui/deliveries",
            "/ui/destinations", "/ui/destinations/hook", "/ui/rules", "/ui/playground", "/ui/configuration", "/ui/log", "/ui/events",
            "/ui/configuration/dns/example.com",
        })
        {
            Assert.Contains("&#x27;stats&#x27;", (await browser.ReadAsync($"{path}?stats=dead", HttpStatusCode.BadRequest))
                .Replace("&#39;", "&#x27;", StringComparison.Ordinal), StringComparison.Ordinal);
        }
        await browser.ReadAsync("/ui/destinations/hook");
        using var change = await browser.PostAsync("/ui/destinations/hook/pause?reason=x");
        Assert.Equal(HttpStatusCode.BadRequest, change.StatusCode);
    }
}
