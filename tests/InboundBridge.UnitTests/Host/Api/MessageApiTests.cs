using System.Net;
using System.Text;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Scanning.Clamd;
using InboundBridge.UnitTests.MailFlow.Metrics;
using InboundBridge.UnitTests.MailFlow.Scanning;

namespace InboundBridge.UnitTests.Host.Api;

public sealed class MessageApiTests
{
    [Fact]
    public async Task A_mail_that_comes_by_http_takes_the_path_of_smtp()
    {
        await using var api = await ApiFixture.CreateAsync(rules: """
            rules:
              - { name: no, when: { recipient: "no@example.com" }, then: [ reject: "not her" ] }
              - { name: from here, when: { listener: http, subject: "*ticket*" }, then: [ webhook: hook ] }
            """);
        var answer = await api.AskAsync(
            "POST /api/v1/messages?from=al@sender.test&to=ann@example.com&to=no@example.com", HttpStatusCode.Created,
            "From: al@sender.test\nSubject: A ticket\n\nBare\nlines\n", "message/rfc822");
        Assert.Equal(
            ["ann@example.com", "no@example.com"],
            answer.GetProperty("recipients").EnumerateArray().Select(one => one.GetProperty("address").GetString()));
        Assert.Equal(
            ["250", "550"], answer.GetProperty("recipients").EnumerateArray().Select(one => one.GetProperty("reply").GetString()![..3]));
        var id = answer.GetProperty("id").GetString();

        using var client = api.Client();
        var raw = await client.GetStringAsync($"/api/v1/messages/{id}/raw");
        Assert.StartsWith("Received: ", raw, StringComparison.Ordinal);
        Assert.Contains(" with HTTP\r\n", raw, StringComparison.Ordinal);
        Assert.EndsWith("Subject: A ticket\r\n\r\nBare\r\nlines\r\n", raw, StringComparison.Ordinal);
        var message = await api.AskAsync($"GET /api/v1/messages/{id}");
        Assert.Equal("from here", message.GetProperty("deliveries")[0].GetProperty("rule").GetString());
        Assert.Contains(api.Log.All, line => line.Text.Contains("token=local via=api action=submit", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("to=ann@example.com", HttpStatusCode.BadRequest, "give the sender")]
    [InlineData("from=al@sender.test", HttpStatusCode.BadRequest, "give 1 to 1000 recipients")]
    [InlineData("from=al@@x&to=ann@example.com", HttpStatusCode.BadRequest, "'al@@x' is not an address")]
    [InlineData("from=&to=ann", HttpStatusCode.BadRequest, "'ann' is not an address")]
    [InlineData("from=&to=ann@example.com&client_ip=1.2.3", HttpStatusCode.BadRequest, "'1.2.3' is not an IP address, such as 192.0.2.1")]
    [InlineData("from=&to=ann@example.com&client_ip=010.0.0.1", HttpStatusCode.BadRequest, "'010.0.0.1' is not an IP address")]
    [InlineData("from=&to=ann@elsewhere.test", HttpStatusCode.UnprocessableEntity, "Relaying denied")]
    [InlineData("sender=al@sender.test&to=ann@example.com", HttpStatusCode.BadRequest, "there is no parameter 'sender'")]
    [InlineData("from=&to=ann@example.com&cc=x", HttpStatusCode.BadRequest, "there is no parameter 'cc'")]
    [InlineData("from=&to=later@example.com", HttpStatusCode.ServiceUnavailable, "4")]
    public async Task Submissions_that_smtp_would_refuse_are_refused(string query, HttpStatusCode expected, string detail)
    {
        await using var api =
            await ApiFixture.CreateAsync(
                rules: "rules:\n  - { name: later, when: { recipient: 'later@example.com' }, then: [ defer: { text: later } ] }\n  - { name: all, then: [ webhook: hook ] }\n");
        var problem = await api.AskAsync($"POST /api/v1/messages?{query}", expected, "Subject: x\r\n\r\n", "message/rfc822");
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        if (problem.TryGetProperty("recipients", out var recipients))
            Assert.Equal(problem.GetProperty("detail").GetString(), recipients[0].GetProperty("reply").GetString());
        Assert.Equal(0, (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    /// <summary>
    /// A scanner that a rule needs is gone: the client may try again, and the log names the rule, the fact and the scanner.
    /// </summary>
    [Fact]
    public async Task A_submission_that_lacks_a_fact_is_deferred_counted_and_logged()
    {
        await using var api = await ApiFixture.CreateAsync(
            "scanners: { clamav: { address: \"127.0.0.1:1\" } }\n",
            "rules: [ { name: infected, when: { virus: true }, then: [ reject: no ] }, { name: all, then: [ webhook: hook ] } ]");
        api.Reception.CurrentPolicy = api.Reception.CurrentPolicy with
        {
            Scanners = new MailScanners
            {
                Clamd = new ClamdScanner(FakeScanner.Clamd(string.Empty).ConnectAsync, new ScannerLimits(), TimeProvider.System),
            },
        };
        var problem = await api.AskAsync(
            "POST /api/v1/messages?from=al@sender.test&to=ann@example.com", HttpStatusCode.ServiceUnavailable, "Subject: x\r\n\r\n",
            "message/rfc822");
        var detail = problem.GetProperty("detail").GetString();
        Assert.Contains("A check of this message can't be made now", detail, StringComparison.Ordinal);
        Assert.Equal(detail, Assert.Single(problem.GetProperty("recipients").EnumerateArray()).GetProperty("reply").GetString());
        Assert.Contains(
            "inboundbridge_messages_refused_total{stage=\"data\",reason=\"fact_unavailable\"} 1",
            await MetricsText.ReadAsync(api.Core.Metrics.Registry), StringComparison.Ordinal);
        var line = Assert.Single(api.Log.All, line => line.Event == 1101).Text;
        Assert.Contains("from=<al@sender.test> to=ann@example.com", line, StringComparison.Ordinal);
        Assert.Contains(
            "rule=infected detail=rule 'infected' needs virus: scanners.clamav failed: clamd closed the connection", line,
            StringComparison.Ordinal);
        Assert.DoesNotContain(api.Log.All, each => each.Event == 1102);
    }

    [Fact]
    public async Task A_mail_over_the_limit_is_refused_whatever_its_length_said()
    {
        await using var api = await ApiFixture.CreateAsync("smtp: { limits: { message_size: 20KB } }");
        var large = "Subject: x\r\n\r\n" + new string('x', 30_000) + "\r\n";
        await api.AskAsync("POST /api/v1/messages?from=&to=ann@example.com", HttpStatusCode.RequestEntityTooLarge, large, "message/rfc822");
        using var client = api.Client();
        using var content = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes(large)));
        content.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages?from=&to=ann@example.com") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await client.SendAsync(request);
        Assert.True((int)answer.StatusCode is 413 or 422, $"{answer.StatusCode}");
        Assert.Equal(0, (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task Messages_are_found_by_every_filter_page_by_page()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("One", from: "al@sender.test");
        api.Clock.Advance(TimeSpan.FromDays(2));
        await api.SubmitAsync("Two", "bob@example.com", "cy@other.test");
        await api.SubmitAsync("Three");
        foreach (var (filter, expected) in new[]
        {
            ("", 3), ("sender=other", 1), ("recipient=bob", 1), ("subject=t", 2), ("state=pending", 3), ("state=dead", 0), ("tag=none", 0),
                ("since=1d", 2), ("before=1d", 1),
            ("since=2026-01-04", 2), ("limit=2", 2),
        })
            Assert.Equal(
                (filter, expected), (filter, (await api.AskAsync($"GET /api/v1/messages?{filter}")).GetProperty("items").GetArrayLength()));
        var first = await api.AskAsync("GET /api/v1/messages?limit=2");
        var second = await api.AskAsync($"GET /api/v1/messages?limit=2&cursor={first.GetProperty("next").GetString()}");
        Assert.Equal("One", Assert.Single(second.GetProperty("items").EnumerateArray()).GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("GET /api/v1/messages?sendr=x", 400, "did you mean 'sender'?")]
    [InlineData("GET /api/v1/messages?state=deliverd", 400, "did you mean 'delivered'?")]
    [InlineData("GET /api/v1/messages?since=yesterday", 400, "or an age such as 7d")]
    [InlineData("GET /api/v1/messages?limit=501", 400, "from 1 to 500")]
    [InlineData("GET /api/v1/deliveries?destination=hok", 400, "did you mean 'hook'?")]
    [InlineData("GET /api/v1/deliveries?cursor=xyz", 400, "it does not belong to this list")]
    [InlineData("GET /api/v1/deliveries?message=none&cursor=xyz", 400, "it does not belong to this list")]
    [InlineData("GET /api/v1/messages?cursor=xyz", 400, "it does not belong to this list")]
    [InlineData("GET /api/v1/messages?cursor=01kdxb3yw0message000000000~", 400, "it does not belong to this list")]
    [InlineData("POST /api/v1/replay?cursor=17", 400, "it does not belong to this list")]
    [InlineData("POST /api/v1/deliveries/retry", 400, "without a filter this would change everything")]
    [InlineData("POST /api/v1/deliveries/retry?state=dead&to=hook", 400, "there is no filter 'to'")]
    [InlineData("POST /api/v1/deliveries/release?state=held&to=hok", 400, "did you mean 'hook'?")]
    [InlineData("POST /api/v1/deliveries/none/cancel", 404, "no such delivery")]
    [InlineData("POST /api/v1/destinations/hok/pause", 404, "did you mean 'hook'?")]
    [InlineData("GET /api/v1/messages/none/trace", 404, "no such message")]
    [InlineData("POST /api/v1/messages/none/replay", 404, "no such message")]
    [InlineData("GET /api/v1/nothing", 404, "/openapi/v1.json")]
    [InlineData("GET /api/v1/events?destination=hok", 400, "did you mean 'hook'?")]
    public async Task Wrong_names_are_reported_with_the_nearest_valid_name(string request, int status, string detail)
    {
        await using var api = await ApiFixture.CreateAsync();
        var problem = await api.AskAsync(request, (HttpStatusCode)status);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_tells_the_way_of_a_message()
    {
        await using var api = await ApiFixture.CreateAsync(rules: "rules:\n  - { name: tickets, then: [ tag: t, webhook: hook ] }\n");
        var id = await api.SubmitAsync("One");
        var delivery = (await api.AskAsync($"GET /api/v1/messages/{id}")).GetProperty("deliveries")[0].GetProperty("id").GetString();
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await api.AskAsync($"POST /api/v1/deliveries/{delivery}/cancel")).GetProperty("changed").GetInt32());
        var steps = (await api.AskAsync($"GET /api/v1/messages/{id}/trace")).GetProperty("steps");
        Assert.Equal(["received", "decided", "cancelled"], steps.EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Equal(("tickets", "http"), (steps[1].GetProperty("rule").GetString(), steps[0].GetProperty("listener").GetString()));
        var problem = await api.AskAsync($"POST /api/v1/deliveries/{delivery}/cancel", HttpStatusCode.Conflict);
        Assert.Equal("a delivery that is cancelled can't be cancelled", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_pause_tells_other_operators_why()
    {
        await using var api = await ApiFixture.CreateAsync();
        const string Pause = "POST /api/v1/destinations/hook/pause";
        foreach (var wrong in new[] { new string('x', 201), @"two\nlines" })
        {
            var problem = await api.AskAsync(Pause, HttpStatusCode.BadRequest, $$"""{ "reason": "{{wrong}}" }""");
            Assert.Contains("reason: may have at most 200", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        await api.AskAsync(Pause, HttpStatusCode.BadRequest, """{ "raeson": "x" }""");
        Assert.False((await api.AskAsync("GET /api/v1/destinations")).GetProperty("items")[0].GetProperty("paused").GetBoolean());
        foreach (var (body, reason) in new[]
        {
            ("""{ "reason": "it moves" }""", "it moves ("), ("""{ "reason": " " }""", "paused by "), (null, "paused by "),
        })
        {
            await api.AskAsync(Pause, HttpStatusCode.NoContent, body);
            var hook = (await api.AskAsync("GET /api/v1/destinations")).GetProperty("items")[0];
            Assert.StartsWith(reason, hook.GetProperty("pause_reason").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_spool_that_fails_is_a_problem_of_now()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.Spool.DisposeAsync();
        await api.AskAsync("GET /api/v1/messages", HttpStatusCode.ServiceUnavailable);
    }
}
