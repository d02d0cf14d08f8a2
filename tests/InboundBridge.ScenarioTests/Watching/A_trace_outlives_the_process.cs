using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Watching;

/// <summary>Attempts before and after a kill -9 belong to the trace of their mail, and each is a span of its own.</summary>
public sealed class A_trace_outlives_the_process : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_the_receiver_sees_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await receiver.AnswerAsync(503, times: 1);
        await using var appliance = await Appliance.StartAsync(_folder, $$"""
            domains: [example.com]
            smtp: { listeners: [{ address: "{{Appliance.SmtpAddress}}" }] }
            http: { listen: "{{Appliance.HttpAddress}}" }
            spool: { path: data, minimum_free: 1MB }
            rules: { default: app }
            telemetry: { otlp: "http://127.0.0.1:9" }
            destinations:
              app: { webhook: { url: "{{receiver.Url()}}", secret: "{{WebhookReceiver.Secret}}", retry: { schedule: [3s] } } }
            """);
        await using (var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort))
        {
            Assert.StartsWith(
                "250", await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", "ann@example.com"), StringComparison.Ordinal);
        }
        await Deadline.Usual.UntilAsync(() => receiver.Requests.Count == 1, "the first attempt", () => appliance.Log);
        await appliance.LoggedAsync("retrying");
        await appliance.KillAsync();
        await appliance.StartAsync();
        await receiver.WaitForAsync(1, state: () => appliance.Log);
        var parents = receiver.Requests.Select(request => request.Headers["traceparent"].Split('-')).ToList();
        Assert.All(parents, parent => Assert.Equal(("00", "01"), (parent[0], parent[3])));
        Assert.Single(parents.Select(parent => parent[1]).Distinct(StringComparer.Ordinal));
        Assert.Equal(2, parents.Select(parent => parent[2]).Distinct(StringComparer.Ordinal).Count());
    }
}
