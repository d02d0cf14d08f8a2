using System.Text.Json.Nodes;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Answers_of_a_webhook_are_obeyed : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task A_failure_is_tried_again_with_the_same_id(int status)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await receiver.AnswerAsync(status, times: 2, headers: new JsonObject { ["location"] = "/elsewhere" });
        await SendAsync(appliance);
        await receiver.WaitForAsync(1, state: () => appliance.Log);
        Assert.Equal([status, status, 200], receiver.Requests.Select(request => request.Status));
        Assert.Equal(["1", "2", "3"], receiver.Requests.Select(request => request.Headers["x-inboundbridge-attempt"]));
        Assert.Single(receiver.Requests.Select(request => request.Id).Distinct());
        Assert.All(receiver.Requests, request => Assert.Equal("/app", request.Path));
    }

    [Fact]
    public async Task Retry_after_is_obeyed()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await receiver.AnswerAsync(429, times: 1, headers: new JsonObject { ["retry-after"] = "3" });
        await SendAsync(appliance);
        await receiver.WaitForAsync(1, state: () => appliance.Log);
        Assert.InRange(receiver.Requests[1].Arrived - receiver.Requests[0].Arrived, 2_900, 20_000);
    }

    [Fact]
    public async Task Gone_pauses_the_destination()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await receiver.AnswerAsync(410);
        await SendAsync(appliance);
        await appliance.PausedAsync("app");
        await receiver.AnswerAsync(200);
        await SendAsync(appliance);
        await Deadline.Usual.UntilAsync(
            async () => await appliance.DeliveriesAsync("pending") + await appliance.DeliveriesAsync("retrying") == 2, "both to wait",
            () => appliance.Log);
        Assert.Single(receiver.Requests);
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
