using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Nodes: what a node reports is listed with the time since, a silent one is lost, and one that says goodbye is gone.</summary>
public abstract class NodeContract : SpoolContract
{
    [Fact]
    public async Task A_node_is_listed_as_it_reported_itself_and_as_lost_when_it_falls_silent()
    {
        var node = Node("a") with { Reason = "spool: DiskLow", State = NodeState.NotReady, Listeners = ["smtp mx 0.0.0.0:25", "http"] };
        await Spool.ReportNodeAsync(node, None);
        var heard = Assert.Single(await OtherNode.ListNodesAsync(None));
        Assert.Equal(node with { Listeners = [] }, heard.Node with { Listeners = [] });
        Assert.Equal(node.Listeners, heard.Node.Listeners);
        Assert.Equal((Now, TimeSpan.Zero, NodeState.NotReady), (heard.HeardAt, heard.Silence, heard.State));
        await AdvanceAsync(HeardNode.LostAfter);
        Assert.Equal(NodeState.NotReady, Assert.Single(await OtherNode.ListNodesAsync(None)).State);
        await AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(NodeState.Lost, Assert.Single(await OtherNode.ListNodesAsync(None)).State);
        await Spool.ReportNodeAsync(node with { State = NodeState.Ready, Reason = null, ConfigVersion = "next" }, None);
        heard = Assert.Single(await OtherNode.ListNodesAsync(None));
        Assert.Equal((NodeState.Ready, null, "next"), (heard.State, heard.Node.Reason, heard.Node.ConfigVersion));
    }

    [Fact]
    public async Task A_node_that_says_goodbye_is_gone()
    {
        await Spool.ReportNodeAsync(Node("a"), None);
        await Spool.RemoveNodeAsync("b", None);
        Assert.Single(await OtherNode.ListNodesAsync(None));
        await Spool.RemoveNodeAsync("a", None);
        Assert.Empty(await OtherNode.ListNodesAsync(None));
    }

    [Fact]
    public async Task What_a_node_says_is_bounded_and_always_storable()
    {
        var odd = Node("a") with
        {
            Name = "half\ud800 nul\0",
            Reason = new string('x', 10_000),
            Listeners = [.. Enumerable.Range(0, 100).Select(number => $"smtp l{number}\nand more")],
        };
        await Spool.ReportNodeAsync(odd, None);
        var heard = Assert.Single(await OtherNode.ListNodesAsync(None)).Node;
        Assert.StartsWith("half", heard.Name, StringComparison.Ordinal);
        Assert.Equal(SpoolNode.LongestText, heard.Reason!.Length);
        Assert.Equal(SpoolNode.MostListeners, heard.Listeners.Count);
        Assert.Equal("smtp l0 and more", heard.Listeners[0]);
    }

    protected SpoolNode Node(string id) => new()
    {
        Id = id,
        Name = "host",
        Version = "1.2.3",
        ConfigVersion = "abc",
        ConfigLoadedAt = Now - TimeSpan.FromHours(1),
        StartedAt = Now - TimeSpan.FromHours(2),
        State = NodeState.Ready,
    };
}
