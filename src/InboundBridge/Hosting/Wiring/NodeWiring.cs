using InboundBridge.Hosting.Nodes;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Nodes;
using InboundBridge.Operations.Status;
using InboundBridge.Setup;

namespace InboundBridge.Hosting.Wiring;

/// <summary>This node among those that share the spool.</summary>
internal sealed class NodeWiring : IAsyncDisposable
{
    private readonly NodeBeat _beat;

    /// <param name="owner">The owner of the queue's claims.</param>
    public NodeWiring(
        IMailSpool spool, string owner, CurrentSetup current, ReadyState ready, MetricsWiring metrics, ILoggerFactory logs,
        TimeProvider clock)
    {
        Self = new NodeSelf(owner, Environment.MachineName, current, ready, spool, clock);
        _beat = new NodeBeat(spool, Self.Id, Self.Describe, Heard, metrics.Registry, clock, logs.CreateLogger<NodeBeat>());
    }

    public NodeSelf Self { get; }

    /// <summary>The others, as last heard.</summary>
    public NodesHeard Heard { get; } = new();

    public void Start() => _beat.Start();

    /// <summary>Something of this node has changed; tells the others without waiting for them.</summary>
    public void Changed() => _beat.Soon();

    public ValueTask DisposeAsync() => _beat.DisposeAsync();
}
