using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>
/// Nothing that a request brings makes a fault of ours: every route with odd ids, names, queries and bodies answers below 500 (or 503,
/// where the time is wrong).
/// </summary>
public sealed class OddInputTests
{
    private static readonly string[] Texts =
    [
        "", "%00", "a%00b", "..", "..%2F..%2Fetc%2Fpasswd", "%5C", "%0D%0AX:%20y", "%C3%28", "%ED%A0%80", "%F0%9F%92%A9", "%E2%80%AE", "-1",
        "0", "1", "99999999999999999999", "1e9", "NaN", "true", "null", "*", "'", "\"",
        "%22%27%3B--", "{}", "[]", "%25", "9999999d", "99999999999d", "9999-12-31T23:59:59Z", "0001-01-01", "0001-01-01T00:00:00%2B14:00",
        "dead", "hook", "held", "json",
        new string('a', 3000), "x@y", "<>", "%3C%3E", "a@b@c", "@", "ann@example.com", "%22a%20b%22@example.com", "a@[127.0.0.1]",
            "a@xn--a.com", "::1", "::1%25lo", "1.2.3", "0x7f.1",
    ];

    private static readonly string[] Bodies =
    [
        "", "null", "[]", "{}", "1", "\"x\"", "{", "{\"rules\": null}", "{\"rules\": {}}", "{\"rules\": {\"a.yaml\": null}}",
        "{\"rules\": {\"\": \"\"}}", "{\"rules\": {\"a\\u0000b.yaml\": \"rules: []\"}}",
        "{\"rules\": {\"../a.yaml\": \"rules: []\"}}", "{\"rules\": {\"/etc/passwd\": \"x\"}}", "{\"rules\": {\"a//b.yaml\": \"x\"}}",
        "{\"rules\": {\"a\\ud800.yaml\": \"x\"}}", "{\"rules\": {\"a.yaml\": \"\\u0000\"}}",
        "{\"rules\": {\"a.yaml\": \"rules: [ { name: x, when: { script: '(' }, then: [ hold: x ] } ]\"}}", "{\"rules\": [1]}",
        "{\"dry_run\": null}", "{\"dry_run\": \"yes\"}", "{\"dry_run\": true, \"by_rules\": true}",
        "{\"unknown\": 1}", "\u0000", "\ufeff{}", "\r\n.\r\n", "Subject: x\r\n\r\n.\r\n",
        "Subject: =?utf-8?b?/////?=\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
    ];

    [Fact]
    public async Task No_route_answers_with_a_fault()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("x");
        var faults = new List<string>();
        foreach (var route in api.Routes.Where(
            route => route.RoutePattern.RawText is { } text && !text.Contains("**", StringComparison.Ordinal) && text != "/api/v1/events"))
        {
            var method = route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            var path = route.RoutePattern.RawText!;
            // The server itself refuses NUL in a path, before anything of ours sees it.
            foreach (var text in Texts.Where(
                text => !path.Contains('{', StringComparison.Ordinal) || !text.Contains("%00", StringComparison.Ordinal)))
                await TryAsync(
                    api, method, Filled(path, text.Length == 0 ? "%20" : text, id), path.Contains('{', StringComparison.Ordinal)
                    ? null : text, null, faults);
            if (method == "GET")
                continue;
            foreach (var body in Bodies)
                await TryAsync(
                    api, method,
                    Filled(path, id, id)
                    + (path.EndsWith("/messages", StringComparison.Ordinal)
                        || path.EndsWith("/explain", StringComparison.Ordinal) ? "?from=&to=ann@example.com" : ""), null, body, faults);
        }
        Assert.True(faults.Count == 0, string.Join("\n", faults.Take(8)));
    }

    [Theory]
    [InlineData("a\\u0000b.yaml")]
    [InlineData("../a.yaml")]
    [InlineData("lists/../../a.yaml")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b.yaml")]
    [InlineData("./a.yaml")]
    [InlineData("a\\\\b.yaml")]
    [InlineData("a\\nb.yaml")]
    [InlineData("")]
    public async Task An_odd_path_of_an_uploaded_rule_is_the_requests_fault(string path)
    {
        await using var api = await ApiFixture.CreateAsync();
        var problem = await api.AskAsync("POST /api/v1/replay", HttpStatusCode.BadRequest, $$"""{"rules": {"{{path}}": "rules: []"} }""");
        Assert.Contains("is not a valid path", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE /api/v1/stats")]
    [InlineData("GET /nothing")]
    [InlineData("PUT /metrics")]
    public async Task Requests_that_routing_refuses_get_problem_details(string request)
    {
        await using var api = await ApiFixture.CreateAsync();
        using var answer = await api.SendAsync(request);
        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    private static string Filled(string path, string text, string id)
    {
        var filled =
            path.Replace("{id}", text, StringComparison.Ordinal).Replace("{name}", text, StringComparison.Ordinal)
                .Replace("{index}", text, StringComparison.Ordinal);
        return path.Contains("{index}", StringComparison.Ordinal)
            ? filled.Replace($"messages/{text}", $"messages/{id}", StringComparison.Ordinal) : filled;
    }

    private static async Task TryAsync(ApiFixture api, string method, string path, string? text, string? body, List<string> faults)
    {
        // With a parameter in its path a route is asked about that; without, about everything that some query knows.
        var isPlain = body is null && !path.Contains('?', StringComparison.Ordinal) && text is not null;
        string[] queries = isPlain ? [path, .. Names.Select(name => $"{path}?{name}={text}")] : [path];
        foreach (var query in queries)
        {
            using var message = new HttpRequestMessage(new HttpMethod(method), new Uri("http://localhost" + query));
            if (body is not null)
                message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            using var client = api.Client();
            try
            {
                using var answer = await client.SendAsync(message);
                if ((int)answer.StatusCode >= 500 && answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                    faults.Add(
                        $"{method} {query} {body}: {(int)answer.StatusCode} "
                        + $"{await answer.Content.ReadAsStringAsync()} {api.Log.All.LastOrDefault().Text}");
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                faults.Add($"{method} {query} {body}: {fault}");
            }
        }
    }

    private static readonly string[] Names =
        ["sender", "recipient", "subject", "tag", "state", "since", "before", "limit", "cursor", "destination", "message", "to", "from",
            "client_ip", "helo", "expires"];
}
