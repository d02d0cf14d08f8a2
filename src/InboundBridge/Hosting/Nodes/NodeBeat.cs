using System.Threading.Channels;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Nodes;

namespace InboundBridge.Hosting.Nodes;

/// <summary>
/// Reports this node to the spool every ten seconds, and follows what the spool knows of the others: for the metrics, and to warn when they
/// run different configurations. Says goodbye at the end.
/// </summary>
internal sealed partial class NodeBeat : IAsyncDisposable
{
    /// <summary>Three reports may be missing before a node counts as lost (<see cref="HeardNode.LostAfter"/>).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly (NodeState State, string Name)[] States =
        [.. Enum.GetValues<NodeState>().Select(state => (state, NodeStateName.Of(state)))];

    private readonly ISpoolNodes _nodes;
    private readonly string _id;
    private readonly Func<SpoolNode> _describe;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly NodesHeard _heard;
    private readonly IDisposable _reading;
    private readonly IDisposable _versions;
    private readonly CancellationTokenSource _stop = new();
    /// <summary>Of objects, because the runtime has a channel of these compiled, and none of truth values.</summary>
    private readonly Channel<object> _due = Channel.CreateBounded<object>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private ITimer? _timer;
    private Task _loop = Task.CompletedTask;
    private string? _warning;

    /// <param name="id">Of this node.</param>
    /// <param name="describe">What it says of itself now.</param>
    /// <param name="heard">Gets what the spool knows of the others.</param>
    public NodeBeat(
        ISpoolNodes nodes, string id, Func<SpoolNode> describe, NodesHeard heard, MetricRegistry metrics, TimeProvider clock, ILogger log)
    {
        (_nodes, _id, _describe, _heard, _clock, _log) = (nodes, id, describe, heard, clock, log);
        _reading = metrics.Observe("nodes", "Nodes of the spool by state: starting, ready, not_ready, draining, lost", ["state"], Count);
        _versions = metrics.Observe(
            "nodes_config_versions", "Configurations that the nodes of the spool run: 1 where all agree", [],
            () => [new MetricReading(ConfigurationAgreement.Count(_heard.Latest))]);
    }

    /// <summary>Begins to report.</summary>
    public void Start()
    {
        _timer = _clock.CreateTimer(_ => Soon(), null, Interval, Interval);
        _loop = Task.Run(RunAsync);
        Soon();
    }

    /// <summary>Something of this node has changed: reports it now instead of at the next interval. Returns at once.</summary>
    public void Soon() => _due.Writer.TryWrite(this);

    public async ValueTask DisposeAsync()
    {
        _reading.Dispose();
        _versions.Dispose();
        if (_timer is not null)
            await _timer.DisposeAsync();
        await _stop.CancelAsync();
        await _loop;
        if (_timer is not null)
            await TryAsync(() => _nodes.RemoveNodeAsync(_id, CancellationToken.None));
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var _ in _due.Reader.ReadAllAsync(_stop.Token))
                await TryAsync(ReportAsync);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async ValueTask ReportAsync()
    {
        await _nodes.ReportNodeAsync(_describe(), _stop.Token);
        var nodes = await _nodes.ListNodesAsync(_stop.Token);
        _heard.Latest = nodes;
        var warning = ConfigurationAgreement.Warning(nodes, _clock.GetUtcNow());
        if (warning == _warning)
            return;
        _warning = warning;
        if (warning is not null)
            Differ(warning);
        else
            Agree();
    }

    private async Task TryAsync(Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (SpoolUnavailableException fault)
        {
            // Whoever commits meets the same fault and reports it as an error. The others notice that this node is silent.
            NotReported(fault.Message);
        }
    }

    private IEnumerable<MetricReading> Count()
    {
        var nodes = _heard.Latest;
        return States.Select(state => new MetricReading(nodes.Count(one => one.State == state.State), state.Name));
    }

    [LoggerMessage(EventId = 2706, EventName = "nodes_differ", Level = LogLevel.Warning, Message = "{Problem}")]
    private partial void Differ(string problem);

    [LoggerMessage(
        EventId = 2707, EventName = "nodes_agree", Level = LogLevel.Information, Message = "the nodes run the same configuration again")]
    private partial void Agree();

    [LoggerMessage(
        EventId = 2708, EventName = "node_not_reported", Level = LogLevel.Debug, Message =
        "this node could not be reported to the others reason={Reason}")]
    private partial void NotReported(string reason);
}
