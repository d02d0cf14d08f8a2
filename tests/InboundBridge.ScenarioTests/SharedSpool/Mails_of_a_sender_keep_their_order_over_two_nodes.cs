using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

public sealed class Mails_of_a_sender_keep_their_order_over_two_nodes : IDisposable
{
    private const int Mails = 60;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Each mail is sent after the 250 of the one before, to the other node. At first the destination refuses.</summary>
    [Fact]
    public async Task Whichever_node_takes_them_and_whichever_delivers_them()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var first = await StartAsync(postgres, receiver, "first");
        await using var second = await StartAsync(postgres, receiver, "second");
        await receiver.AnswerAsync(503, times: 5);
        await using (var one = await SmtpConversation.OpenAsync(first.SmtpPort))
        await using (var other = await SmtpConversation.OpenAsync(second.SmtpPort))
        {
            for (var number = 0; number < Mails; number++)
            {
                var reply = await (number % 2 == 0 ? one : other).SendAsync(
                    MailText.Numbered(number), "al@sender.test", "support@example.com");
                Assert.StartsWith("250", reply, StringComparison.Ordinal);
            }
        }
        await receiver.WaitForAsync(Mails, state: () => $"{first.Log}\n{second.Log}");
        Assert.Equal(
            Enumerable.Range(0, Mails).Select(number => $"number {number}"),
            receiver.Accepted.OrderBy(request => request.Number).Select(request => request.Data.GetProperty("subject").GetString()));
    }

    private Task<Appliance> StartAsync(Postgres postgres, WebhookReceiver receiver, string name) =>
        Appliance.StartAsync(_folder, Node.Configuration(_folder, postgres, receiver, name, "order: sender, "), name);
}
