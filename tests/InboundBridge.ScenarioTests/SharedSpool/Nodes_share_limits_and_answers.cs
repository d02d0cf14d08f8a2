using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

public sealed class Nodes_share_limits_and_answers : IDisposable
{
    private const int Limit = 20;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sender_that_used_its_limit_at_one_node_is_refused_by_the_other()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var first = await StartAsync(postgres, receiver, "first");
        await using var second = await StartAsync(postgres, receiver, "second");
        Assert.Equal(Limit, await AcceptedAsync(first, "al@sender.test"));
        // A message or two pass before the second node has heard of the first one's.
        Assert.InRange(await AcceptedAsync(second, "al@sender.test"), 0, Limit / 2);
        Assert.Equal(Limit, await AcceptedAsync(second, "bo@sender.test"));
        Assert.DoesNotContain("rates_alone", first.Log + second.Log, StringComparison.Ordinal);
    }

    /// <summary>127.0.0.1 is another service on each machine, so what it answers is no news for other nodes.</summary>
    [Fact]
    public async Task A_service_of_the_nodes_own_machine_is_asked_by_each_node_and_its_outage_is_temporary()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var service = await RecipientService.StartAsync("al@example.com");
        var more = $"recipients: {{ http: {{ url: \"{service.Url}\" }} }}\n";
        await using var first = await StartAsync(postgres, receiver, "first", more);
        await using var second = await StartAsync(postgres, receiver, "second", more);
        foreach (var node in new[] { first, second, first, second })
        {
            Assert.Equal("250 2.1.5", await RcptAsync(node, "al@example.com"));
            Assert.Equal("550 5.1.1", await RcptAsync(node, "nobody@example.com"));
        }
        Assert.Equal(["al@example.com", "nobody@example.com", "al@example.com", "nobody@example.com"], service.Asked);
        Assert.Equal(["0"], await postgres.ReadAsync("SELECT count(*)::text FROM answers"));

        await service.StopAsync();
        Assert.Equal("451 4.4.3", await RcptAsync(second, "cy@example.com"));
    }

    /// <summary>How many MAIL commands of a sender are accepted, up to twice the limit; half a second passes now and then.</summary>
    private static async Task<int> AcceptedAsync(Appliance node, string sender)
    {
        await using var conversation = await SmtpConversation.OpenAsync(node.SmtpPort);
        for (var accepted = 0; accepted < 2 * Limit; accepted++)
        {
            var reply = await conversation.AskAsync($"MAIL FROM:<{sender}>");
            if (reply.StartsWith("450 4.7.1", StringComparison.Ordinal))
                return accepted;
            Assert.StartsWith("250", reply, StringComparison.Ordinal);
            Assert.StartsWith("250", await conversation.AskAsync("RSET"), StringComparison.Ordinal);
            var pause = TimeSpan.FromMilliseconds(accepted % 5 == 0 ? 500 : 0);
            await Task.Delay(pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        return 2 * Limit;
    }

    private static async Task<string> RcptAsync(Appliance node, string recipient)
    {
        await using var conversation = await SmtpConversation.OpenAsync(node.SmtpPort);
        await conversation.AskAsync("MAIL FROM:<cy@sender.test>");
        return (await conversation.AskAsync($"RCPT TO:<{recipient}>"))[..9];
    }

    private Task<Appliance> StartAsync(Postgres postgres, WebhookReceiver receiver, string name, string more = "") => Appliance.StartAsync(
        _folder,
        Node.Configuration(_folder, postgres, receiver, name).Replace(
            "limits: {", $"rate_limits: [{{ key: sender, messages: {Limit}/1h }}], limits: {{", StringComparison.Ordinal) + more,
        name);
}
