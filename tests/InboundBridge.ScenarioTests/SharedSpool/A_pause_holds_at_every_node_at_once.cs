using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>Whoever makes a pause, and wherever: nothing that comes after it is attempted, at no node.</summary>
public sealed class A_pause_holds_at_every_node_at_once : IDisposable
{
    private const int Mails = 10;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Made_by_a_command_at_one_node_or_in_the_database()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var tally = await WebhookTally.StartAsync();
        await using var first = await StartAsync(postgres, tally, "first");
        await using var second = await StartAsync(postgres, tally, "second");
        string Log() => $"{first.Log}\n{second.Log}";

        (await Appliance.RunAsync(["destinations", "pause", "app", "--server", first.Url("/")])).Succeeded("pause");
        await Node.SendAsync(second, 0, Mails);
        await Node.SendAsync(first, Mails, Mails);
        await second.PausedAsync("app");
        await Deadline.Usual.UntilAsync(async () => await second.DeliveriesAsync("pending") == 2 * Mails, "the counts", Log);
        Assert.Empty(tally.Arrivals);
        (await first.PostAsync("/api/v1/destinations/app/resume")).EnsureSuccessStatusCode();
        await Deadline.Usual.UntilAsync(() => tally.Mails == 2 * Mails, "the mails of both nodes", Log);

        await postgres.ReadAsync("INSERT INTO pauses VALUES('app', 'by hand') RETURNING reason");
        await Node.SendAsync(second, 2 * Mails, Mails);
        await second.PausedAsync("app");
        Assert.Contains("by hand", second.Log, StringComparison.Ordinal);
        Assert.Equal(2 * Mails, tally.Arrivals.Count);
        (await first.PostAsync("/api/v1/destinations/app/resume")).EnsureSuccessStatusCode();
        await Deadline.Usual.UntilAsync(() => tally.Mails == 3 * Mails, "the rest", Log);
        Assert.Equal(3 * Mails, tally.Arrivals.Count);
    }

    private Task<Appliance> StartAsync(Postgres postgres, WebhookTally tally, string name) => Appliance.StartAsync(
        _folder, Node.Configuration(_folder, postgres.ConnectionText, tally.Destination(name), name), name);
}
