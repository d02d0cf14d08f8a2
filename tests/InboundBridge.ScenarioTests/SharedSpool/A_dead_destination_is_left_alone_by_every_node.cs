using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

public sealed class A_dead_destination_is_left_alone_by_every_node : IDisposable
{
    private const int Mails = 8;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Only the first node has tried. The second has mail for the same destination, and makes no attempt.</summary>
    [Fact]
    public async Task Until_it_answers_the_one_that_found_out()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var first = await StartAsync(postgres, receiver, "first");
        await using var second = await StartAsync(postgres, receiver, "second");
        await receiver.GoDownAsync();
        await Node.SendAsync(first, 0, Mails);
        await UpAsync(first, 0, Deadline.Usual);
        await UpAsync(second, 0, Deadline.InSeconds(15));
        await Node.SendAsync(second, Mails, Mails);
        var circuit = (await second.GetJsonAsync("/api/v1/destinations")).GetProperty("items")[0].GetProperty("circuits")[0];
        Assert.Equal(await IdAsync(first), circuit.GetProperty("node").GetString());
        Assert.False(circuit.GetProperty("self").GetBoolean());
        Assert.Contains("refused", circuit.GetProperty("reason").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await second.MetricAsync("inboundbridge_delivery_attempts_total"));
        await receiver.ComeBackAsync();
        await receiver.WaitForAsync(2 * Mails, state: () => $"{first.Log}\n{second.Log}");
        await UpAsync(first, 1, Deadline.Usual);
        await UpAsync(second, 1, Deadline.Usual);
    }

    private static Task UpAsync(Appliance node, double up, Deadline deadline) => deadline.UntilAsync(
        async () => await node.MetricAsync("inboundbridge_destination_up", "destination=\"app\"") == up, $"up={up}", () => node.Log);

    private static async Task<string?> IdAsync(Appliance node) =>
        (await node.GetJsonAsync("/api/v1/nodes")).GetProperty("items").EnumerateArray()
        .Single(one => one.GetProperty("self").GetBoolean()).GetProperty("id").GetString();

    private Task<Appliance> StartAsync(Postgres postgres, WebhookReceiver receiver, string name) => Appliance.StartAsync(
        _folder,
        Node.Configuration(_folder, postgres, receiver, name).Replace(
            "circuit: { failures: 1000, window: 1m, probe: 500ms }", "circuit: { failures: 3, window: 1m, probe: 8s }",
            StringComparison.Ordinal),
        name);
}
