using System.Net;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Http.Connections;
using InboundBridge.UnitTests.Host.Configuration;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>
/// Who is let in: being on this machine counts only for what really comes from this machine and no page of somebody else.
/// </summary>
public sealed class AccessApiTests
{
    private const string Token = "ibt_for-tests";

    public static TheoryData<string> Doors =>
        ["GET /api/v1/messages", "GET /api/v1/stats", "POST /api/v1/reload", "GET /api/v1/events",
            "POST /api/v1/deliveries/retry?state=dead", "GET /metrics"];

    [Theory]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-For", "")]
    [InlineData("x-forwarded-host", "mail.example.com")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("CF-Connecting-IP", "203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Forwarded-Ssl", "on")]
    [InlineData("X-Forwarded-Client-Cert", "By=x")]
    [InlineData("X_Forwarded_For", "203.0.113.7")]
    [InlineData("X-Original-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Remote-Addr", "203.0.113.7")]
    [InlineData("X-Azure-ClientIP", "203.0.113.7")]
    [InlineData("Fly-Client-IP", "203.0.113.7")]
    [InlineData("WL-Proxy-Client-IP", "203.0.113.7")]
    [InlineData("CDN-Loop", "cdn")]
    [InlineData("X-Scheme", "https")]
    public async Task A_request_through_a_proxy_does_not_count_as_the_local_operator(string field, string value)
    {
        await using var api = await ApiFixture.CreateAsync();
        foreach (var door in Doors)
        {
            using var answer = await api.SendAsync(door.Data, (field, value));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("proxy", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /healthz", (field, value)));
    }

    [Fact]
    public async Task With_a_token_a_proxy_is_welcome()
    {
        await using var api = await ApiFixture.CreateAsync(WithTokens());
        foreach (var door in new[] { "GET /api/v1/stats", "GET /metrics" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync(door, ("X-Forwarded-For", "203.0.113.7")));
            Assert.Equal(
                HttpStatusCode.OK,
                await api.StatusAsync(
                    door, ("X-Forwarded-For", "203.0.113.7"), ("Authorization", $"Bearer {Token}"), ("Host", "mail.example.com")));
        }
    }

    [Theory]
    [InlineData("X-Requested-With", "XMLHttpRequest")]
    [InlineData("X-Request-Id", "1")]
    [InlineData("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("Referer", "http://127.0.0.1:8080/ui")]
    public async Task Headers_that_local_programs_send_do_not_count_as_a_proxy(string field, string value)
    {
        await using var api = await ApiFixture.CreateAsync();
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /api/v1/stats", (field, value)));
    }

    [Theory]
    [InlineData("Host", "attacker.example")]
    [InlineData("Host", "127.0.0.1.attacker.example:8080")]
    [InlineData("Host", "203.0.113.7")]
    [InlineData("Host", "localhost.attacker.example")]
    [InlineData("Origin", "http://attacker.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_page_of_somebody_else_gets_nothing(string field, string value)
    {
        await using var api = await ApiFixture.CreateAsync();
        foreach (var door in Doors)
            Assert.True(
                await api.StatusAsync(door, (field, value)) is HttpStatusCode.Forbidden
                || (door == "GET /metrics" && field == "Origin"), door);
        if (field != "Host")
            return;
        foreach (var open in new[] { "GET /openapi/v1.json", "GET /healthz", "GET /readyz", "GET /api/v1/nothing", "GET /" })
            Assert.Equal(HttpStatusCode.Forbidden, await api.StatusAsync(open, (field, value)));
    }

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("LOCALHOST")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("127.1.2.3")]
    [InlineData("[::1]:8080")]
    [InlineData("mx.localhost")]
    public async Task This_machine_has_many_names(string host)
    {
        await using var api = await ApiFixture.CreateAsync();
        Assert.Equal(
            HttpStatusCode.OK,
            await api.StatusAsync("GET /api/v1/stats", ("Host", host), ("Sec-Fetch-Site", "same-origin"), ("Origin", $"http://{host}")));
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /metrics", ("Host", host)));
    }

    [Fact]
    public async Task Pages_of_other_sites_can_not_occupy_the_places_of_event_followers()
    {
        await using var api = await ApiFixture.CreateAsync();
        for (var page = 0; page < 40; page++)
            Assert.Equal(
                HttpStatusCode.Forbidden,
                await api.StatusAsync("GET /api/v1/events", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")));
        Assert.Equal(0, api.Core.Operations.Events.Followers);
    }

    [Theory]
    [InlineData("public_url: 'https://mail.example.com'", "public_url")]
    [InlineData("public_url: 'http://127.0.0.1:8080'", "public_url")]
    [InlineData("listen: '0.0.0.0:8080', public_url: 'https://mail.example.com', public_listen: '0.0.0.0:8081'", "0.0.0.0:8080")]
    [InlineData("public_listen: '127.0.0.1:8081'", "public_listen")]
    [InlineData("public_url: 'https://mail.example.com', public_listen: '127.0.0.1:8080'", "public_listen")]
    public void Tokens_are_compulsory_where_others_reach_the_api(string http, string named)
    {
        var outcome = new ConfigurationCase().Read($"http: {{ {http} }}");
        Assert.Null(outcome.Options);
        Assert.Contains(
            outcome.Problems.Items, problem => !problem.IsWarning && problem.ToString().Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public void Links_on_an_address_of_their_own_need_no_token() =>
        Assert.NotNull(
            new ConfigurationCase().Read("http: { public_url: 'https://mail.example.com', public_listen: '0.0.0.0:8081' }").Options);

    [Fact]
    public async Task The_public_address_serves_links_and_nothing_else()
    {
        await using var api =
            await ApiFixture.CreateAsync(WithTokens("public_url: 'https://mail.example.com', public_listen: '0.0.0.0:8081'"));
        var id = await SubmitAsync(api);
        var link = new Uri(api.Core.Delivery.Links.RawMail(id)!).PathAndQuery;
        var unsigned = $"/api/v1/messages/{id}/raw";
        api.Way.Connect = features => features.Set(PublicSide.Instance);
        Assert.Equal(
            HttpStatusCode.OK,
            await api.StatusAsync(
                $"GET {link}", ("Host", "mail.example.com"), ("X-Forwarded-For", "203.0.113.7"), ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync($"HEAD {link}"));
        Assert.Equal(
            HttpStatusCode.Forbidden, await api.StatusAsync($"GET {link.Replace("expires=1", "expires=2", StringComparison.Ordinal)}"));
        Assert.Equal(HttpStatusCode.NotFound, await api.StatusAsync("GET /.well-known/mta-sts.txt"));
        var others =
            new[] { $"GET {unsigned}", "GET /api/v1/stats", "GET /metrics", "GET /healthz", "GET /readyz", "GET /openapi/v1.json", "GET /",
                $"DELETE {link}", $"POST {link}", "POST /api/v1/reload", $"GET /api/v1/messages/{id}?signature=x" };
        foreach (var other in others)
            Assert.True(
                await api.StatusAsync(other, ("Authorization", $"Bearer {Token}")) is HttpStatusCode.NotFound
                or HttpStatusCode.MethodNotAllowed, other);
    }

    [Fact]
    public async Task What_a_reload_takes_away_is_gone_and_what_it_brings_is_there()
    {
        await using var api = await ApiFixture.CreateAsync(WithTokens());
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /api/v1/stats", ("Authorization", $"Bearer {Token}")));
        var outcome =
            await api.ReloadAsync(
                $"http.tokens=[{{ name: other, hash: '{TokenDigest.Make("ibt_other")}', role: read }}]", "http.metrics.open=false");
        Assert.False(outcome.Problems.HasErrors);
        Assert.Empty(outcome.RestartNeeded);
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("GET /api/v1/stats", ("Authorization", $"Bearer {Token}")));
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /api/v1/stats", ("Authorization", "Bearer ibt_other")));
        Assert.Equal(HttpStatusCode.Forbidden, await api.StatusAsync("POST /api/v1/reload", ("Authorization", "Bearer ibt_other")));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("GET /metrics"));
        Assert.False((await api.ReloadAsync("http.tokens=[]")).Problems.HasErrors);
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /api/v1/stats"));
    }

    /// <summary>The addresses stay bound until the restart; so does what they demand.</summary>
    [Theory]
    [InlineData("listen: '0.0.0.0:8080'", "http.listen=127.0.0.1:8080")]
    [InlineData("public_url: 'https://mail.example.com'", "http.public_listen=127.0.0.1:8081")]
    public async Task A_reload_opens_nothing_that_others_still_reach(string started, string change)
    {
        await using var api = await ApiFixture.CreateAsync(WithTokens(started));
        var outcome = await api.ReloadAsync(change, "http.tokens=[]");
        Assert.False(outcome.Problems.HasErrors);
        Assert.NotEmpty(outcome.RestartNeeded);
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("GET /api/v1/stats"));
    }

    [Fact]
    public async Task Without_tokens_another_machine_is_not_the_operator()
    {
        await using var api = await ApiFixture.CreateAsync();
        api.Way.Remote = IPAddress.Parse("192.0.2.7");
        Assert.Equal(HttpStatusCode.Forbidden, await api.StatusAsync("GET /api/v1/stats"));
        api.Way.Remote = IPAddress.Parse("::ffff:127.0.0.1");
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /api/v1/stats"));
    }

    [Fact]
    public async Task A_slow_token_that_a_reload_takes_away_is_gone_too()
    {
        var hash = SecretHash.Make("chosen by a person", iterations: 1000);
        await using var api = await ApiFixture.CreateAsync($"http: {{ tokens: [{{ name: ops, hash: '{hash}', role: admin }}] }}");
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /api/v1/stats", ("Authorization", "Bearer chosen by a person")));
        await api.ReloadAsync($"http.tokens=[{{ name: ops, hash: '{hash}', role: read }}]");
        Assert.Equal(
            HttpStatusCode.Forbidden, await api.StatusAsync("POST /api/v1/reload", ("Authorization", "Bearer chosen by a person")));
        await api.ReloadAsync($"http.tokens=[{{ name: ops, hash: '{SecretHash.Make("another", iterations: 1000)}' }}]");
        Assert.Equal(
            HttpStatusCode.Unauthorized, await api.StatusAsync("GET /api/v1/stats", ("Authorization", "Bearer chosen by a person")));
    }

    [Fact]
    public async Task Too_many_wrong_tokens_get_429_and_a_right_one_is_still_accepted()
    {
        await using var api = await ApiFixture.CreateAsync(WithTokens());
        api.Way.Remote = IPAddress.Parse("192.0.2.7");
        var statuses = new List<HttpStatusCode>();
        for (var guess = 0; guess < 30; guess++)
            statuses.Add(await api.StatusAsync("GET /api/v1/stats", ("Authorization", $"Bearer wrong-{guess}")));
        Assert.Equal(20, statuses.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(10, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        using var refused = await api.SendAsync("GET /api/v1/stats", ("Authorization", "Bearer wrong"));
        Assert.Equal("30", refused.Headers.RetryAfter?.ToString());
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("GET /api/v1/stats", ("Authorization", $"Bearer {Token}")));
        Assert.Contains(api.Log.All, line => line.Text.Contains("reason=wrong client=192.0.2.7", StringComparison.Ordinal));
        Assert.DoesNotContain(api.Log.All, line => line.Text.Contains("wrong-3", StringComparison.Ordinal));
        var metrics = await (await api.SendAsync("GET /metrics", ("Authorization", $"Bearer {Token}"))).Content.ReadAsStringAsync();
        Assert.Contains("inboundbridge_http_refused_tokens_total{reason=\"too_many\"}", metrics, StringComparison.Ordinal);
        api.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("GET /api/v1/stats", ("Authorization", "Bearer wrong")));
    }

    private static string WithTokens(string more = "") =>
        $"http: {{ tokens: [{{ name: ops, hash: '{TokenDigest.Make(Token)}', role: admin }}]{(more.Length > 0 ? ", " + more : "")} }}";

    private static async Task<string> SubmitAsync(ApiFixture api)
    {
        using var client = api.Client(Token);
        using var content = new StringContent("Subject: x\r\n\r\nHello\r\n");
        using var answer = await client.PostAsync("/api/v1/messages?from=al@sender.test&to=ann@example.com", content);
        return System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
    }
}
