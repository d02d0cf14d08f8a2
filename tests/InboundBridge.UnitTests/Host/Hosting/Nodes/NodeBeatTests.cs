using System.Threading.Channels;
using InboundBridge.Hosting.Nodes;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Nodes;
using InboundBridge.UnitTests.Host.Operations.Nodes;
using InboundBridge.UnitTests.MailFlow.Metrics;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.Host.Hosting.Nodes;

/// <summary>A node reports itself every ten seconds, at once where something changes, and says goodbye.</summary>
public class NodeBeatTests
{
    private readonly WatchedTimeProvider _clock = new();
    private readonly CaptureLog _log = new();
    private readonly FakeNodes _nodes = new();
    private readonly MetricRegistry _metrics = new();
    private SpoolNode _self = ConfigurationAgreementTests.Read("self:10").Node;

    [Fact]
    public async Task It_reports_at_the_start_every_ten_seconds_and_when_something_changes()
    {
        await using (var beat = Create())
        {
            beat.Start();
            await _nodes.ReportedAsync("self:10");
            _clock.Advance(TimeSpan.FromSeconds(10));
            await _nodes.ReportedAsync("self:10");
            _self = _self with { Id = "changed" };
            beat.Soon();
            await _nodes.ReportedAsync("changed");
        }
        Assert.Equal(["self:10"], _nodes.Removed);
    }

    [Fact]
    public async Task A_store_that_is_away_ends_nothing()
    {
        _nodes.IsAway = true;
        await using (var beat = Create())
        {
            beat.Start();
            await _log.NextAsync(2708);
            _nodes.IsAway = false;
            _clock.Advance(TimeSpan.FromSeconds(10));
            await _nodes.ReportedAsync("self:10");
            _nodes.IsAway = true;
        }
        Assert.Empty(_nodes.Removed);
    }

    [Fact]
    public async Task Different_configurations_are_logged_once_and_their_end_too()
    {
        await using var beat = Create();
        _nodes.Listed = [ConfigurationAgreementTests.Read("old:9"), ConfigurationAgreementTests.Read("new:8")];
        beat.Start();
        Assert.Contains("different configurations", await _log.NextAsync(2706), StringComparison.Ordinal);
        await _nodes.ReportedAsync("self:10");
        _clock.Advance(TimeSpan.FromSeconds(10));
        await _nodes.ReportedAsync("self:10");
        _nodes.Listed = [ConfigurationAgreementTests.Read("new:9"), ConfigurationAgreementTests.Read("new:8")];
        _clock.Advance(TimeSpan.FromSeconds(10));
        await _log.NextAsync(2707);
        Assert.Equal(1, _log.Count(2706));
    }

    [Fact]
    public async Task Nodes_are_counted_by_state()
    {
        await using var beat = Create();
        _nodes.Listed = [ConfigurationAgreementTests.Read("a:9"), ConfigurationAgreementTests.Read("b:9:Lost")];
        beat.Start();
        await _nodes.ReportedAsync("self:10");
        // The next report begins when the one before is over.
        beat.Soon();
        await _nodes.ReportedAsync("self:10");
        var text = await MetricsText.ReadAsync(_metrics);
        Assert.Contains("inboundbridge_nodes{state=\"ready\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_nodes{state=\"lost\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_nodes{state=\"not_ready\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_nodes_config_versions 1\n", text, StringComparison.Ordinal);
    }

    private NodeBeat Create() => new(_nodes, "self:10", () => _self, new NodesHeard(), _metrics, _clock, _log);

    private sealed class FakeNodes : ISpoolNodes
    {
        private readonly Channel<string> _reported = Channel.CreateUnbounded<string>();

        public volatile bool IsAway;

        public IReadOnlyList<HeardNode> Listed { get; set; } = [];

        public List<string> Removed { get; } = [];

        public async Task ReportedAsync(string id) =>
            Assert.Equal(id, await _reported.Reader.ReadAsync(TestContext.Current.CancellationToken));

        public ValueTask ReportNodeAsync(SpoolNode self, CancellationToken cancellationToken)
        {
            Refuse();
            _reported.Writer.TryWrite(self.Id);
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<HeardNode>> ListNodesAsync(CancellationToken cancellationToken) => new(Listed);

        public ValueTask RemoveNodeAsync(string id, CancellationToken cancellationToken)
        {
            Refuse();
            Removed.Add(id);
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<CircuitView>> ShareCircuitsAsync(
            string node, IReadOnlyList<CircuitView> own, CancellationToken cancellationToken) => new(own);

        private void Refuse()
        {
            if (IsAway)
                throw new SpoolUnavailableException("away");
        }
    }
}
