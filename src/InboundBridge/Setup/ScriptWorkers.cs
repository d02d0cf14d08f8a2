using System.Reflection;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Routing;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Workers;

namespace InboundBridge.Setup;

/// <summary>
/// Script workers for rules and transforms: child processes that run this same program (<c>inboundbridge script-worker</c>). None is
/// started before the first script runs. Each set of limits has its own pool. Disposing this object ends them all.
/// </summary>
internal sealed class ScriptWorkers : IAsyncDisposable
{
    /// <summary>
    /// The first argument of a worker. The names of the kinds of destination follow, since scripts call them as functions. It is not a
    /// command for people: a worker reads its work from standard input.
    /// </summary>
    public const string Argument = "script-worker";

    private readonly TimeProvider _clock;
    private readonly Dictionary<(ScriptLimits Limits, Use Use), ScriptWorkerPool> _pools = [];

    public ScriptWorkers(TimeProvider clock)
    {
        _clock = clock;
        RuleMetrics = new RoutingMetrics(Metrics);
    }

    /// <summary>The registry of the appliance that these workers belong to. Scripts are counted before there is an appliance.</summary>
    public MetricRegistry Metrics { get; } = new();

    /// <summary>Where rules and scripts count.</summary>
    public RoutingMetrics RuleMetrics { get; }

    public IScriptRunner For(ScriptOptions options) => For(options, Use.Reception);

    /// <summary>A separate worker, for evaluations that must not delay live mail.</summary>
    public IScriptRunner Spare(ScriptOptions options) => For(options, Use.Trials);

    /// <summary>Separate workers for transforms: a backlog of deliveries must not delay the rules of mail that comes in.</summary>
    public IScriptRunner Transforms(ScriptOptions options) => For(options, Use.Delivery);

    private ScriptWorkerPool For(ScriptOptions options, Use use)
    {
        var limits = new ScriptLimits
        {
            Timeout = options.Timeout,
            Memory = options.Memory,
            Statements = options.Statements,
            Recursion = options.Recursion,
        };
        lock (_pools)
        {
            if (!_pools.TryGetValue((limits, use), out var pool))
            {
                pool = new ScriptWorkerPool(limits, () => Start(limits), _clock, use == Use.Trials ? 1 : 2, RuleMetrics.ScriptRan);
                _pools.Add((limits, use), pool);
            }
            return pool;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
            await pool.DisposeAsync();
    }

    /// <summary>What a pool is for: no use waits for the workers of another.</summary>
    private enum Use
    {
        Reception,
        Trials,
        Delivery,
    }

    private static ScriptWorkerProcess Start(ScriptLimits limits)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the path of the running program is unknown");
        var own = Assembly.GetExecutingAssembly();
        // Run through the dotnet command, or from within a test, the program is an argument of that command.
        if (own.Location.Length == 0 || Path.GetFileNameWithoutExtension(program) == own.GetName().Name)
            return ScriptWorkerProcess.Start(program, [Argument, .. DestinationKinds.Names], limits.Memory);
        var runtime = Path.GetFileNameWithoutExtension(program) == "dotnet" ? program : "dotnet";
        return ScriptWorkerProcess.Start(runtime, [own.Location, Argument, .. DestinationKinds.Names], limits.Memory);
    }
}
