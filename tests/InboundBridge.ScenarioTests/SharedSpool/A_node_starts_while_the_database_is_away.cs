using System.Net;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

public sealed class A_node_starts_while_the_database_is_away : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_answers_451_says_why_it_is_not_ready_and_takes_mail_as_soon_as_it_can()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await postgres.EndAsync();
        await using var node = await Appliance.StartAsync(_folder, Node.Configuration(_folder, postgres, receiver, "first"), "first");
        await using (var conversation = await SmtpConversation.OpenAsync(node.SmtpPort))
        {
            var asked = Deadline.InSeconds(5);
            Assert.StartsWith("451 4.3.0", await conversation.AskAsync("MAIL FROM:<al@sender.test>"), StringComparison.Ordinal);
            Assert.True(asked.Left > TimeSpan.Zero, $"MAIL was answered after {asked.Elapsed}");
        }
        var (status, reason) = await ReadyAsync(node);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("its database can't be used", reason, StringComparison.Ordinal);
        Assert.Contains("not_ready_yet", node.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("ready version=", node.Log, StringComparison.Ordinal);
        Assert.Contains("database away since", (await node.GetJsonAsync("/api/v1/nodes")).GetProperty("warning").GetString());
        await postgres.StartAgainAsync();
        await Deadline.InSeconds(10).UntilAsync(
            async () => (await ReadyAsync(node)).Status == HttpStatusCode.OK, "the node to be ready", () => node.Log);
        await using (var conversation = await SmtpConversation.OpenAsync(node.SmtpPort))
        {
            Assert.StartsWith(
                "250", await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", "support@example.com"),
                StringComparison.Ordinal);
        }
        await receiver.WaitForAsync(1, state: () => node.Log);
        await node.LoggedAsync("ready version=");
        Assert.DoesNotContain(Node.Password, node.Log, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Reason)> ReadyAsync(Appliance node)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(node.Url("/readyz"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
