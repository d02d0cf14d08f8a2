using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Nodes;

/// <summary>The shared store keeps the contract of nodes, tells several of them apart, and bounds their rows.</summary>
public sealed class PostgresNodeTests : NodeContract
{
    private readonly PostgresStore _store = new();

    protected override IMailSpool OtherNode => _store.Other;

    [Fact]
    public async Task Each_node_sees_the_others_and_only_the_silent_one_is_lost()
    {
        await Spool.ReportNodeAsync(Node("a"), None);
        await OtherNode.ReportNodeAsync(Node("b") with { StartedAt = Now }, None);
        await AdvanceAsync(TimeSpan.FromSeconds(36));
        await OtherNode.ReportNodeAsync(Node("b") with { StartedAt = Now }, None);
        foreach (var node in new[] { Spool, OtherNode })
        {
            Assert.Equal(
                [("a", NodeState.Lost), ("b", NodeState.Ready)], (await node.ListNodesAsync(None)).Select(one => (one.Node.Id, one.State)));
        }
    }

    [Fact]
    public async Task A_node_that_was_silent_for_a_day_is_forgotten_when_another_reports()
    {
        await Spool.ReportNodeAsync(Node("a"), None);
        await AdvanceAsync(HeardNode.KeptFor);
        await OtherNode.ReportNodeAsync(Node("b"), None);
        Assert.Equal(["a", "b"], (await Spool.ListNodesAsync(None)).Select(one => one.Node.Id).Order());
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await OtherNode.ReportNodeAsync(Node("b"), None);
        Assert.Equal(["b"], (await Spool.ListNodesAsync(None)).Select(one => one.Node.Id));
    }

    [Fact]
    public async Task Beyond_the_limit_those_are_forgotten_that_were_silent_for_longest()
    {
        await _store.RunAsync(
            $"""
            INSERT INTO nodes SELECT 'n' || i, 'host', '1', 'abc', 0, i, spool_now() - i, 1, NULL, '' FROM generate_series(1, {HeardNode.Most}) i
            """);
        await Spool.ReportNodeAsync(Node("a"), None);
        var ids = (await Spool.ListNodesAsync(None)).Select(one => one.Node.Id).ToHashSet();
        Assert.Equal(HeardNode.Most, ids.Count);
        Assert.Contains("a", ids);
        Assert.Contains("n1", ids);
        Assert.DoesNotContain($"n{HeardNode.Most}", ids);
    }

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => _store.OpenAsync(options, Clock);

    protected override ValueTask AdvanceAsync(TimeSpan time) => _store.AdvanceAsync(Clock, time);

    protected override ValueTask CleanAsync() => _store.DisposeAsync();
}
