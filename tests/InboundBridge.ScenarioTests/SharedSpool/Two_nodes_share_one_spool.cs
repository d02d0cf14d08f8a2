using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

public sealed class Two_nodes_share_one_spool : IDisposable
{
    private const int Mails = 100;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_mail_arrives_once_whichever_node_took_it()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var first = await StartAsync(postgres, receiver, "first");
        await using var second = await StartAsync(postgres, receiver, "second");
        await Task.WhenAll(Node.SendAsync(first, 0, Mails), Node.SendAsync(second, Mails, Mails));
        await receiver.WaitForAsync(2 * Mails, state: () => $"{first.Log}\n{second.Log}");
        await first.QueueEmptyAsync();
        Assert.Equal(2 * Mails, receiver.Accepted.Select(Subject).Distinct().Count());
        Assert.Equal(2 * Mails, receiver.Accepted.Count);
        // Both see the same spool.
        foreach (var node in new[] { first, second })
            Assert.Equal(2 * Mails, await DeliveredAsync(node));
        // The password of the connection string stands nowhere.
        Assert.DoesNotContain(Node.Password, first.Log + second.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Node.Password, await File.ReadAllTextAsync($"/proc/{first.Process.Pid}/cmdline"), StringComparison.Ordinal);
    }

    /// <summary>The node that took the mails and has claimed them is killed while their destination fails.</summary>
    [Fact]
    public async Task Mails_of_a_node_that_dies_are_delivered_by_the_other_within_35_seconds()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var first = await StartAsync(postgres, receiver, "first");
        await using var second = await StartAsync(postgres, receiver, "second");
        await receiver.AnswerAsync(503);
        await Node.SendAsync(first, 0, Mails);
        await Deadline.Usual.UntilAsync(
            () => receiver.Requests.Select(Subject).Distinct().Count() == Mails, "a first attempt at each", () => first.Log);
        await first.KillAsync();
        var resumed = Deadline.InSeconds(35);
        var before = receiver.Requests.Count;
        await receiver.AnswerAsync(200);
        await resumed.UntilAsync(() => receiver.Accepted.Count > 0, "the other node's first delivery", () => second.Log);
        await Deadline.Usual.UntilAsync(
            () => receiver.Accepted.Select(Subject).Distinct().Count() == Mails, "every mail",
            () => $"{receiver.Accepted.Count} of {Mails} came, {receiver.Requests.Count - before} requests since the kill\n{second.Log}");
        await second.QueueEmptyAsync();
        Assert.All(receiver.Requests.GroupBy(Subject), attempts => Assert.Single(attempts.Select(request => request.Id).Distinct()));
    }

    [Fact]
    public async Task A_large_mail_that_one_node_took_is_shown_by_the_other()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var first = await StartAsync(postgres, receiver, "first");
        await using var second = await StartAsync(postgres, receiver, "second");
        var mail = MailText.Large(5_000_000);
        await using (var conversation = await SmtpConversation.OpenAsync(first.SmtpPort))
            Assert.StartsWith("250", await conversation.SendAsync(mail, "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        await receiver.WaitForAsync(1, state: () => first.Log);
        MailText.AssertUnchangedBelowTrace(mail, Assert.Single(await second.MailsAsync("recipient=support@example.com")));
    }

    private static string Subject(WebhookRequest request) => request.Data.GetProperty("subject").GetString()!;

    private static async Task<int> DeliveredAsync(Appliance node)
    {
        // The metrics follow the shared totals within seconds.
        await Deadline.Usual.UntilAsync(async () => await node.DeliveriesAsync("delivered") == 2 * Mails, "the totals", () => node.Log);
        return await node.DeliveriesAsync("delivered");
    }

    private Task<Appliance> StartAsync(Postgres postgres, WebhookReceiver receiver, string name) =>
        Appliance.StartAsync(_folder, Node.Configuration(_folder, postgres, receiver, name), name);
}
