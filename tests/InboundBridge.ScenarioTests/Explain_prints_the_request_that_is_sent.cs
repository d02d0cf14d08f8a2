using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// The request that explain shows, by the API and on the command line, equals the request
/// that is sent for the same message, except ids and times.
/// </summary>
public sealed partial class Explain_prints_the_request_that_is_sent : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("json")]
    [InlineData("mailgun")]
    [InlineData("raw")]
    public async Task Over_http(string format)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver, format);
        var mail = MailText.WithAttachment("some octets"u8.ToArray());

        using var body = new ByteArrayContent(mail);
        using var answer = await appliance.PostAsync("/api/v1/explain?from=al@sender.test&to=support@example.com&helo=swaks.test", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var explained = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("delivered", explained.GetProperty("recipients")[0].GetProperty("fate").GetString());
        await AssertNothingHappenedAsync(appliance, receiver);

        (await Swaks.SendAsync(appliance.SmtpPort, mail, "al@sender.test", ["support@example.com"])).Succeeded("swaks");
        var sent = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        // The API shows no secrets or signatures; the command line shows them when asked to.
        Assert.Equal("Basic YTpi", sent.Headers["authorization"]);
        (sent.Headers["authorization"], sent.Headers["x-env"]) = ("***", "***");
        if (format == "mailgun")
        {
            Assert.DoesNotMatch("[0-9a-f]{64}", explained.GetProperty("plan")[0].GetProperty("request").GetProperty("body").GetString());
            return;
        }
        AssertSame(explained.GetProperty("plan")[0].GetProperty("request"), sent);
        var items = (await appliance.GetJsonAsync("/api/v1/rules")).GetProperty("items");
        Assert.Equal(1, items[0].GetProperty("hits").GetInt64());
        Assert.NotEqual(JsonValueKind.Null, items[0].GetProperty("last_hit").ValueKind);
    }

    [Fact]
    public async Task As_commands_that_run()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver, "json");
        var mail = MailText.Numbered(1, "it isn't $(one) of `those`");
        await File.WriteAllBytesAsync(_folder["mail.eml"], mail);
        string[] arguments = ["explain", _folder["mail.eml"], "--to", "support@example.com", "--helo", "swaks.test", "--config",
            appliance.ConfigurationFile];
        var commands = (await Appliance.RunAsync([.. arguments, "--curl", "--with-credentials"])).Succeeded("explain --curl");
        await AssertNothingHappenedAsync(appliance, receiver);
        (await PeerProcess.RunAsync("sh", "sh", ["-eu"], Encoding.UTF8.GetBytes(commands.StandardOutput))).Succeeded(commands.Output);
        (await Swaks.SendAsync(appliance.SmtpPort, mail, "al@sender.test", ["support@example.com"])).Succeeded("swaks");

        var requests = await receiver.WaitForAsync(2, state: () => appliance.Log);
        Assert.All(requests, request => Assert.True(request.Verified, request.Problem));
        Assert.Equal(Blotted(requests[1].Body), Blotted(requests[0].Body));
        Assert.Equal(Fields(requests[1].Headers), Fields(requests[0].Headers));

        var shown = await Appliance.RunAsync([.. arguments, "--json", "--with-credentials"]);
        AssertSame(JsonDocument.Parse(shown.Succeeded("explain --json").StandardOutput).RootElement.GetProperty("plan")[0].GetProperty(
            "request"), requests[1]);
    }

    [Fact]
    public async Task Bad_requests_get_problem_details()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver, "json");
        foreach (var (query, says) in new[]
        {
            ("", "to: "),
            ("?to=nonsense", "'nonsense'"),
            ("?to=a@example.com&client_ip=here", "client_ip"),
            ("?to=a@example.com&sender=b@example.com", "'sender'"),
            ("?to=a@example.com%0d%0aDATA", "address"),
        })
        {
            using var answer = await appliance.PostAsync("/api/v1/explain" + query, new ByteArrayContent(MailText.Numbered(1)));
            Assert.Equal((query, HttpStatusCode.BadRequest), (query, answer.StatusCode));
            Assert.Contains(says, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty(
                "detail").GetString(), StringComparison.Ordinal);
        }
    }

    private static async Task AssertNothingHappenedAsync(Appliance appliance, WebhookReceiver receiver)
    {
        Assert.Empty(receiver.Requests);
        Assert.Empty((await appliance.GetJsonAsync("/api/v1/messages")).GetProperty("items").EnumerateArray());
        var rule = (await appliance.GetJsonAsync("/api/v1/rules")).GetProperty("items")[0];
        Assert.Equal((0, JsonValueKind.Null), (rule.GetProperty("hits").GetInt64(), rule.GetProperty("last_hit").ValueKind));
        Assert.Equal(0, await appliance.MetricAsync("inboundbridge_messages_received_total"));
        Assert.Equal(0, await appliance.MetricAsync("inboundbridge_rule_matches_total"));
        Assert.Equal(0, await appliance.MetricAsync("inboundbridge_smtp_connections_total"));
    }

    private static void AssertSame(JsonElement explained, WebhookRequest sent)
    {
        var body = explained.GetProperty("body").GetString() is { } text
            ? Encoding.UTF8.GetBytes(text)
            : explained.GetProperty("body_base64").GetBytesFromBase64();
        Assert.Equal(Blotted(sent.Body), Blotted(body));
        Assert.EndsWith(sent.Path, explained.GetProperty("url").GetString(), StringComparison.Ordinal);
        var headers = explained.GetProperty("headers").EnumerateArray().ToDictionary(
            header => header[0].GetString()!.ToLowerInvariant(), header => header[1].GetString()!);
        Assert.Equal(Fields(sent.Headers), Fields(headers));
    }

    private static List<string> Fields(Dictionary<string, string> headers) => [.. headers
        .Select(header =>
            $"{header.Key}: " + (header.Key is "webhook-id" or "webhook-timestamp" or "webhook-signature"
                ? "?"
                : Blotted(Encoding.UTF8.GetBytes(header.Value))))
        .Where(line => !line.StartsWith("connection:", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    /// <summary>Replaces ids, digests and times by question marks of the same length.</summary>
    private static string Blotted(byte[] octets) =>
        Chance().Replace(Encoding.Latin1.GetString(octets), match => new string('?', match.Length));

    private Task<Appliance> StartAsync(WebhookReceiver receiver, string format) => Appliance.StartAsync(_folder, ApplianceSetup.Write(
        _folder, ApplianceSetup.Everything("tag: seen", "webhook: app"),
        [ApplianceSetup.Webhook("app", receiver, format, "headers: { X-Env: test }, auth: { basic: 'a:b' }")]));

    [GeneratedRegex(
        @"\b0[0-9a-hjkmnp-tv-z]{25}\b|[0-9a-f]{32,64}|\d{4}-\d\d-\d\dT[\d:.]+Z|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8}|(?<=timestamp""\r\n\r\n)\d+")]
    private static partial Regex Chance();
}
