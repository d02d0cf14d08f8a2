using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>Two nodes behind HAProxy with the configuration of deploy/haproxy, which asks /readyz and tells who the client is.</summary>
public sealed class Two_nodes_behind_HAProxy : IDisposable
{
    private const int Mails = 8;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Take_mail_at_one_address_while_one_of_them_is_down()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var tally = await WebhookTally.StartAsync();
        await using var first = await StartAsync(postgres, tally, "first");
        await using var second = await StartAsync(postgres, tally, "second");
        await using var proxy = await BalancingProxy.StartAsync(_folder, first, second);
        await SendAsync(proxy, 0);
        Assert.True(await MailsAsync(first) > 0 && await MailsAsync(second) > 0, "connections go to the nodes in turn");
        await first.KillAsync();
        await SendAsync(proxy, Mails);
        await first.StartAsync();
        await proxy.IsUpAsync(first);
        await SendAsync(proxy, 2 * Mails);
        Assert.True(await MailsAsync(first) > 0, proxy.Log);
        await Deadline.Usual.UntilAsync(() => tally.Mails == 3 * Mails, "every mail", () => $"{first.Log}\n{second.Log}");
        // Whoever looks at either node sees who the client was.
        for (var number = 0; number < 3 * Mails; number++)
        {
            var mail = Assert.Single(await second.MailsAsync($"sender=al{number}@sender.test"));
            Assert.Contains($"[{Client(number)}]", Encoding.Latin1.GetString(mail), StringComparison.Ordinal);
        }
        // Without the proxy nobody gets in.
        await using var stranger = await SmtpConversation.ConnectAsync(first.SmtpPort);
        await stranger.WriteAsync("EHLO peer.test\r\n"u8.ToArray());
        Assert.Empty(await stranger.RepliesToTheEndAsync());
    }

    private static string Client(int number) => $"127.0.8.{number + 1}";

    private static async Task<int> MailsAsync(Appliance node) => (int)await node.MetricAsync("inboundbridge_messages_received_total");

    /// <summary>A connection for each mail, each from another client.</summary>
    private static async Task SendAsync(BalancingProxy proxy, int from)
    {
        for (var number = from; number < from + Mails; number++)
        {
            await using var conversation = await SmtpConversation.OpenAsync(proxy.Port, from: Client(number));
            var reply = await conversation.SendAsync(MailText.Numbered(number), $"al{number}@sender.test", "support@example.com");
            Assert.StartsWith("250", reply, StringComparison.Ordinal);
            await conversation.AskAsync("QUIT");
        }
    }

    private Task<Appliance> StartAsync(Postgres postgres, WebhookTally tally, string name) => Appliance.StartAsync(
        _folder,
        Node.Configuration(_folder, postgres.ConnectionText, tally.Destination(name), name).Replace(
            $"address: \"{Appliance.SmtpAddress}\"", $"address: \"{Appliance.SmtpAddress}\", proxy_protocol: [127.0.0.1/32]",
            StringComparison.Ordinal),
        name);
}
