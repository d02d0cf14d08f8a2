using System.Text.Json.Nodes;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks;

/// <summary><c>mode: sync</c> with a real receiver, which answers, hangs, breaks off or is not there.</summary>
public sealed class Senders_hear_what_the_application_says : IDisposable
{
    private const string Sync = "mode: sync, sync_timeout: 1s, " + ApplianceSetup.FastRetries;

    private readonly PeerFolder _folder = new();
    private int _number;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("json", 200, "250 2.0.0", "delivered")]
    [InlineData("json", 204, "250 2.0.0", "delivered")]
    [InlineData("json", 422, "554 5.7.1 No such tenant", null)]
    [InlineData("json", 404, "554 5.7.1 No such tenant", null)]
    [InlineData("json", 429, "451 4.3.0", null)]
    [InlineData("json", 503, "451 4.3.0", null)]
    [InlineData("raw", 422, "554 5.7.1 No such tenant", null)]
    [InlineData("mailgun", 406, "250 2.0.0", "cancelled")]
    [InlineData("mailgun", 422, "451 4.3.0", null)]
    [InlineData("cloudmailin", 429, "554 5.7.1 No such tenant", null)]
    [InlineData("postmark", 403, "250 2.0.0", "cancelled")]
    public async Task An_answer_decides_at_once(string format, int status, string reply, string? state)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver, format);
        var body = status == 204 ? "" : "No such tenant\r\n250 2.0.0 Ok";
        await receiver.AnswerAsync(status, body: body, headers: new JsonObject { ["content-type"] = "text/plain" });
        Assert.StartsWith(reply, await SendAsync(appliance), StringComparison.Ordinal);
        var items = (await appliance.GetJsonAsync("/api/v1/deliveries")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(state is null ? [] : [state], items.Select(item => item.GetProperty("state").GetString()));
        Assert.Equal(status, Assert.Single(receiver.Requests).Status);
        if (state is null)
        {
            Assert.Equal(1, await appliance.MetricAsync(
                "inboundbridge_messages_refused_total", "stage=\"data\"", $"reason=\"webhook_{(reply[0] == '5' ? "reject" : "defer")}\""));
        }
    }

    /// <summary>The queue has the mail then, and delivers it with the same id when the receiver is well again.</summary>
    [Theory]
    [InlineData("redirect")]
    [InlineData("hangs")]
    [InlineData("slow")]
    [InlineData("junk")]
    [InlineData("cut off")]
    [InlineData("down")]
    public async Task Without_an_answer_the_sender_gets_250_and_the_queue_takes_over(string how)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await (how switch
        {
            "redirect" => receiver.AnswerAsync(302, headers: new JsonObject { ["location"] = "/elsewhere" }),
            "hangs" => receiver.HangAsync(),
            "slow" => receiver.AnswerAfterAsync(TimeSpan.FromSeconds(20), times: 1),
            "junk" => receiver.AnswerRawAsync("220 mail.example.com ESMTP\r\n"),
            "cut off" => receiver.AnswerRawAsync("HTTP/1"),
            _ => receiver.GoDownAsync(),
        });
        Assert.StartsWith("250", await SendAsync(appliance), StringComparison.Ordinal);
        if (how == "down")
            await receiver.ComeBackAsync();
        await receiver.AnswerAsync(200);
        var arrived = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        Assert.Single(receiver.Requests.Select(request => request.Id).Distinct());
        Assert.NotEqual("1", arrived.Headers["x-inboundbridge-attempt"]);
        await appliance.QueueEmptyAsync();
    }

    [Fact]
    public async Task Gone_pauses_the_destination_and_the_mail_waits()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await receiver.AnswerAsync(410);
        Assert.StartsWith("250", await SendAsync(appliance), StringComparison.Ordinal);
        await appliance.PausedAsync("app");
        await receiver.AnswerAsync(200);
        Assert.StartsWith("250", await SendAsync(appliance), StringComparison.Ordinal);
        Assert.Single(receiver.Requests);
        Assert.True((await appliance.PostAsync("/api/v1/destinations/app/resume")).IsSuccessStatusCode);
        await receiver.WaitForAsync(2, state: () => appliance.Log);
    }

    [Fact]
    public async Task A_mail_that_is_posted_hears_the_same()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await receiver.AnswerAsync(422, body: "No such tenant", headers: new JsonObject { ["content-type"] = "text/plain" });
        using var mail = new ByteArrayContent(MailText.Numbered(1));
        var refused = await appliance.PostAsync("/api/v1/messages?from=al@sender.test&to=support@example.com", mail);
        Assert.False(refused.IsSuccessStatusCode);
        Assert.Contains("No such tenant", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> SendAsync(Appliance appliance)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        return await conversation.SendAsync(MailText.Numbered(++_number), "al@sender.test", "support@example.com");
    }

    private Task<Appliance> StartAsync(WebhookReceiver receiver, string format = "json") => Appliance.StartAsync(
        _folder, ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver, format, Sync)]));
}
