using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// Through PgBouncer a node works where each of its connections keeps a session of the server. Where each transaction may get another one,
/// settings of ours (synchronous_commit) and LISTEN would be lost without an error, so the node refuses to start.
/// </summary>
public sealed class A_pooler_keeps_sessions_or_is_refused : IDisposable
{
    private const int Mails = 20;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Session_pooling_works_with_notices()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var pooler = await PgBouncer.StartAsync(_folder, postgres, "session");
        await using var tally = await WebhookTally.StartAsync();
        await using var node = await Appliance.StartAsync(
            _folder, Node.Configuration(_folder, pooler.ConnectionText, tally.Destination("node"), "node"), "node");
        await using var conversation = await SmtpConversation.OpenAsync(node.SmtpPort);
        for (var number = 0; number < Mails; number++)
        {
            Assert.StartsWith("250", await conversation.SendAsync(
                MailText.Numbered(number), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        }
        await Deadline.Usual.UntilAsync(() => tally.Mails == Mails, "every mail", () => node.Log);
        await node.QueueEmptyAsync();
        Assert.Equal(
            ["LISTEN"], await postgres.ReadAsync("SELECT DISTINCT 'LISTEN' FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"));
        Assert.DoesNotContain("can't be heard", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transaction_pooling_is_found_at_the_start()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var pooler = await PgBouncer.StartAsync(_folder, postgres, "transaction");
        await using var tally = await WebhookTally.StartAsync();
        var file = _folder.Write("refused.yaml", Node
            .Configuration(_folder, pooler.ConnectionText, tally.Destination("node"), "node")
            .Replace(Appliance.SmtpAddress, "127.0.0.1:0", StringComparison.Ordinal)
            .Replace(Appliance.HttpAddress, "127.0.0.1:0", StringComparison.Ordinal));
        foreach (var command in new[] { "check", "run" })
        {
            var result = await Appliance.RunAsync([command, "--config", file], _folder.Path);
            Assert.Equal(command == "run" ? 1 : 0, result.ExitCode);
            Assert.Contains("session pooling", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Node.Password, result.Output, StringComparison.Ordinal);
        }
        // No table was made.
        Assert.Equal(["0"], await postgres.ReadAsync("SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'"));
    }
}
