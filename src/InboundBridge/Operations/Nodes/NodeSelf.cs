using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Status;
using InboundBridge.Setup;

namespace InboundBridge.Operations.Nodes;

/// <summary>What this process tells the other nodes of itself.</summary>
/// <param name="id">The owner of its claims.</param>
/// <param name="name">The name of its machine.</param>
internal sealed class NodeSelf(string id, string name, CurrentSetup current, ReadyState ready, IMailSpool spool, TimeProvider clock)
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private LoadedConfiguration _loaded = new(current.Setup.Options.Version, clock.GetUtcNow());
    private IReadOnlyList<string> _listeners = [];

    public string Id => id;

    /// <summary>Where it listens, with the actual ports.</summary>
    public IReadOnlyList<string> Listeners
    {
        set => Volatile.Write(ref _listeners, value);
    }

    /// <summary>Another configuration is in force. The same one read again changes nothing.</summary>
    public void ConfigurationLoaded()
    {
        var version = current.Setup.Options.Version;
        if (version != _loaded.Version)
            Volatile.Write(ref _loaded, new LoadedConfiguration(version, clock.GetUtcNow()));
    }

    public SpoolNode Describe()
    {
        var loaded = Volatile.Read(ref _loaded);
        var obstacle = ready.Obstacle(spool);
        return new SpoolNode
        {
            Id = id,
            Name = name,
            Version = ProductVersion.Text,
            ConfigVersion = loaded.Version,
            ConfigLoadedAt = loaded.At,
            StartedAt = _startedAt,
            State = ready switch
            {
                { Stopping: true } => NodeState.Draining,
                { Listening: false } => NodeState.Starting,
                _ => obstacle is null ? NodeState.Ready : NodeState.NotReady,
            },
            Reason = obstacle,
            Listeners = Volatile.Read(ref _listeners),
        };
    }

    private sealed record LoadedConfiguration(string Version, DateTimeOffset At);
}
