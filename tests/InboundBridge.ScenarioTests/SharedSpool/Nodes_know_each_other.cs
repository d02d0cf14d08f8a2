using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

public sealed class Nodes_know_each_other : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Three nodes, of which one is stopped and one is killed.</summary>
    [Fact]
    public async Task A_stopped_node_says_goodbye_and_a_killed_one_is_lost()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var first = await StartAsync(postgres, receiver, "first");
        await using var second = await StartAsync(postgres, receiver, "second");
        await using var third = await StartAsync(postgres, receiver, "third");
        foreach (var node in new[] { first, second, third })
            await StatesAsync(node, "ready, ready, ready");
        var lost = (await NodesAsync(third)).Single(node => node.GetProperty("self").GetBoolean()).GetProperty("id").GetString();
        Assert.Equal(0, await second.StopAsync());
        await StatesAsync(first, "ready, ready");
        await third.KillAsync();
        // A node is lost after 35 seconds of silence, by the database's clock.
        await postgres.PutForwardAsync(36);
        await StatesAsync(first, "lost, ready");
        Assert.Equal(
            lost, (await NodesAsync(first)).Single(node => node.GetProperty("state").GetString() == "lost").GetProperty("id").GetString());
        await Deadline.Usual.UntilAsync(
            async () => await first.MetricAsync("inboundbridge_nodes", "state=\"lost\"") == 1, "the metric", () => first.Log);
        var listed = await Appliance.RunAsync(["nodes", "list", "--server", first.Url("/")]);
        Assert.Equal(0, listed.ExitCode);
        Assert.Equal(2, listed.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"smtp mx 127.0.0.1:{first.SmtpPort}", listed.StandardOutput, StringComparison.Ordinal);
    }

    /// <summary>Waits until a node lists nodes in these states.</summary>
    private static async Task StatesAsync(Appliance node, string states)
    {
        var seen = string.Empty;
        await Deadline.Usual.UntilAsync(
            async () =>
            {
                seen = string.Join(", ", (await NodesAsync(node)).Select(one => one.GetProperty("state").GetString()).Order());
                return seen == states;
            },
            states, () => $"{seen}\n{node.Log}");
    }

    private static async Task<IReadOnlyList<JsonElement>> NodesAsync(Appliance node) =>
        [.. (await node.GetJsonAsync("/api/v1/nodes")).GetProperty("items").EnumerateArray()];

    private Task<Appliance> StartAsync(Postgres postgres, WebhookReceiver receiver, string name) =>
        Appliance.StartAsync(_folder, Node.Configuration(_folder, postgres, receiver, name), name);
}
