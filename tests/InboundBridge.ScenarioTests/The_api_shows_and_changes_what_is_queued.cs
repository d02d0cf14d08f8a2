using System.Net;
using System.Net.Http.Headers;
using InboundBridge.Configuration.Secrets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class The_api_shows_and_changes_what_is_queued : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_paused_destination_is_seen_resumed_and_its_mail_delivered()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await receiver.AnswerAsync(410);
        await SendAsync(appliance);
        await appliance.PausedAsync("app");
        var destination = (await appliance.GetJsonAsync("/api/v1/destinations")).GetProperty("items")[0];
        Assert.Equal(("app", true), (destination.GetProperty("name").GetString(), destination.GetProperty("paused").GetBoolean()));

        await receiver.AnswerAsync(200);
        Assert.Equal(HttpStatusCode.NoContent, (await appliance.PostAsync("/api/v1/destinations/app/resume")).StatusCode);
        await receiver.WaitForAsync(1, state: () => appliance.Log);
        await appliance.QueueEmptyAsync();

        var message = (await appliance.GetJsonAsync("/api/v1/messages?sender=al@sender.test")).GetProperty("items")[0];
        var id = message.GetProperty("id").GetString();
        var whole = await appliance.GetJsonAsync($"/api/v1/messages/{id}");
        Assert.Equal("delivered", whole.GetProperty("deliveries")[0].GetProperty("state").GetString());
        Assert.StartsWith("Received: ", await appliance.GetTextAsync($"/api/v1/messages/{id}/raw"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await appliance.PostAsync($"/api/v1/messages/{id}/replay")).StatusCode);
        await receiver.WaitForAsync(2, state: () => appliance.Log);
        Assert.Equal("true", receiver.Accepted[1].Headers["x-inboundbridge-replay"]);
        Assert.Single((await appliance.GetJsonAsync("/api/v1/rules")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Held_mail_is_released_to_a_destination_and_dead_letters_are_distinguished()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(
                _folder, ApplianceSetup.Everything("hold: look at this"), [ApplianceSetup.Webhook("app", receiver)]));
        await SendAsync(appliance);
        var held = (await appliance.GetJsonAsync("/api/v1/deliveries?state=held")).GetProperty("items")[0];
        Assert.Equal("look at this", held.GetProperty("hold_reason").GetString());
        Assert.Equal(HttpStatusCode.OK, (
            await appliance.PostAsync($"/api/v1/deliveries/{held.GetProperty("id").GetString()}/release?to=app")).StatusCode);
        await receiver.WaitForAsync(1, state: () => appliance.Log);
    }

    [Theory]
    [InlineData("/api/v1/messages?sendr=x", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/messages?state=lost", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/messages?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/messages?since=yesterday", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/messages/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/messages/nothing/raw", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/deliveries/nothing", HttpStatusCode.NotFound)]
    public async Task Bad_requests_get_problem_details(string path, HttpStatusCode expected)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        using var http = new HttpClient();
        var answer = await http.GetAsync(appliance.Url(path));
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Tokens_have_roles_and_foreign_web_pages_have_no_access()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        var tokens =
            $"[{{ name: look, hash: \"{SecretHash.Make("looking", 1000)}\", role: read }}, {{ name: ops, hash: \"{SecretHash.Make("changing", 1000)}\", role: admin }}]";
        var setup = ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)]);
        await using (var open = await Appliance.StartAsync(_folder, setup))
            Assert.Equal(
                HttpStatusCode.Forbidden, await AskAsync(open, HttpMethod.Post, "/api/v1/reload", origin: "https://elsewhere.test"));
        var gated = setup.Replace("http: { listen:", $"http: {{ tokens: {tokens}, listen:", StringComparison.Ordinal);
        Assert.NotEqual(setup, gated);
        await using var appliance = await Appliance.StartAsync(_folder, gated, "gated");
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(appliance, HttpMethod.Get, "/api/v1/messages"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(appliance, HttpMethod.Get, "/api/v1/messages", "guess"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(appliance, HttpMethod.Get, "/api/v1/messages", "looking"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(appliance, HttpMethod.Post, "/api/v1/reload", "looking"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(appliance, HttpMethod.Post, "/api/v1/reload", "changing"));
        await appliance.LoggedAsync("token=ops via=api action=reload");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(appliance, HttpMethod.Get, "/healthz"));
    }

    private static async Task<HttpStatusCode> AskAsync(
        Appliance appliance, HttpMethod method, string path, string? token = null, string? origin = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, appliance.Url(path));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task SendAsync(Appliance appliance)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith(
            "250", await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
    }

    private Task<Appliance> StartAsync(WebhookReceiver receiver) => Appliance.StartAsync(
        _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)]));
}
