using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Nodes;
using InboundBridge.Operations.Principals;
using InboundBridge.UnitTests.Host.Api;
using InboundBridge.UnitTests.MailFlow.Queue;

namespace InboundBridge.UnitTests.Host.Operations.Nodes;

/// <summary>While the database is away, a node shows itself as it is, and the others as it last heard of them.</summary>
public sealed class NodeOperationsTests : IAsyncLifetime
{
    private static readonly NodesHeard Heard = new() { Latest = [ConfigurationAgreementTests.Read("other:9")] };

    private ApiFixture _api = null!;
    private FailingSpool _faults = null!;
    private NodeOperations _nodes = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await ApiFixture.CreateAsync();
        (var spool, _faults) = FailingSpool.Over(_api.Spool);
        _nodes = new NodeOperations(spool, _api.Core.Nodes.Self, Heard, _api.Clock);
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_spool_that_is_known_to_be_away_is_not_asked()
    {
        var since = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        _faults.Instead["get_AwaySince"] = () => since;
        _faults.Instead["get_Obstacle"] = () => "its database takes no commits";
        _faults.Fail(nameof(ISpoolNodes.ListNodesAsync));
        var list = await ListAsync();
        Assert.Equal(since, list.AwaySince);
        Assert.Equal(
            "database away since 2026-01-02T03:04:05Z (its database takes no commits): the other nodes are shown as this one last heard "
            + "of them", list.Warning);
        Assert.Equal(2, list.Nodes.Count);
        Assert.Contains(list.Nodes, one => one.Node.Id == "other:9");
    }

    [Fact]
    public async Task A_spool_that_turns_out_to_be_away_is_so_since_now()
    {
        _faults.Fail(nameof(ISpoolNodes.ListNodesAsync));
        var list = await ListAsync();
        Assert.Equal(_api.Clock.GetUtcNow(), list.AwaySince);
        Assert.Equal(2, list.Nodes.Count);
    }

    [Fact]
    public async Task A_spool_that_answers_is_not_away()
    {
        var list = await ListAsync();
        Assert.Null(list.AwaySince);
        Assert.Null(list.Warning);
        Assert.Equal(_api.Core.Nodes.Self.Id, Assert.Single(list.Nodes).Node.Id);
    }

    private Task<NodeList> ListAsync() => _nodes.ListAsync(Principal.Local, TestContext.Current.CancellationToken);
}
