using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.Logging;
using InboundBridge.Metrics;
using InboundBridge.Yaml;

namespace InboundBridge.Setup.Reloading;

/// <summary>
/// Reads configuration and rules again, validates and tests them as a whole, and replaces the old ones as a whole. If anything is wrong,
/// the old ones stay, and the log says why. Mail that is being received keeps the rules that it began with.
/// </summary>
/// <param name="current">The setup in force.</param>
/// <param name="apply">Puts a checked configuration in force, as a whole.</param>
/// <param name="warn">Called after that: warns of what the new configuration leaves without a place.</param>
internal sealed partial class Reloader(
    ReloadSource source, CurrentSetup current, Action<ApplianceSetup> apply, Func<SourceProblems, Task> warn,
    ConfigurationMetrics metrics, TimeProvider clock, ILogger<Reloader> log)
    : IDisposable
{
    /// <summary>Names the file of the start: if it is gone, that is an error, and built-in defaults must not take its place.</summary>
    private readonly ConfigurationSource _source =
        current.Setup.Options.File is { } file ? source.Source with { File = source.Source.File ?? file } : source.Source;

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly ApplianceOptions _started = current.Setup.Options;
    private ReloadRecord? _last;

    /// <summary>Called with each configuration that came into force.</summary>
    public Action<ApplianceSetup>? Reloaded { get; set; }

    /// <summary>Told of each reload, applied or refused. It must return at once.</summary>
    public Action<ReloadRecord>? Recorded { get; set; }

    public ApplianceSetup Current => current.Setup;

    /// <summary>The file of the configuration as problems name it; null without one.</summary>
    public string? ShownFile => Current.Options.File is { } file ? ShownPath.Of(file, _source.CurrentFolder) : null;

    /// <summary>The last reload since the start; null before the first.</summary>
    public ReloadRecord? Last => Volatile.Read(ref _last);

    /// <summary>Keys that were changed since the start and take effect with the next one.</summary>
    public IReadOnlyList<string> RestartNeeded => RestartKeys.Changed(_started, Current.Options);

    public async Task<ReloadOutcome> ReloadAsync(string cause, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        var problems = new SourceProblems();
        try
        {
            var setup = await ApplianceSetup.LoadAsync(_source, source.Scripts, problems, cancellationToken, Current);
            Write(problems, from: 0);
            if (setup is null)
            {
                metrics.Reloaded(applied: false);
                Refused(cause, Current.Options.Version);
                return new ReloadOutcome(problems, RestartNeeded);
            }
            Apply(setup);
            var known = problems.Items.Count;
            await warn(problems);
            Write(problems, from: known);
            Applied(cause, setup.Options.Version, setup.Rules.Rules.Count, setup.Options.Destinations.Count);
            return new ReloadOutcome(problems, RestartNeeded);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            metrics.Reloaded(applied: false);
            Faulted(fault, cause);
            problems.Error(
                new SourcePosition(Current.Options.File ?? "built-in defaults", 0, 0),
                $"fault while reloading: {fault.GetBaseException().Message}", "the old configuration stays");
            return new ReloadOutcome(problems, RestartNeeded);
        }
        finally
        {
            var record = new ReloadRecord(
                clock.GetUtcNow(), cause, !problems.HasErrors, [.. problems.Items.Select(problem => problem.ToString())]);
            Volatile.Write(ref _last, record);
            _oneAtATime.Release();
            Recorded?.Invoke(record);
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private void Write(SourceProblems problems, int from)
    {
        foreach (var problem in problems.Items.Skip(from))
            Problem(problem.IsWarning ? LogLevel.Warning : LogLevel.Error, problem.ToString());
    }

    private void Apply(ApplianceSetup setup)
    {
        apply(setup);
        source.Log?.Hide(new SecretFilter(setup.Secrets));
        source.Log?.Replace(setup.Options.Log);
        foreach (var key in RestartNeeded)
            NeedsRestart(key);
        Reloaded?.Invoke(setup);
        metrics.Reloaded(applied: true);
    }

    [LoggerMessage(
        EventId = 2201, EventName = "reloaded", Level = LogLevel.Information, Message =
        "reloaded cause={Cause} config={ConfigVersion} rules={Rules} destinations={Destinations}")]
    private partial void Applied(string cause, string configVersion, int rules, int destinations);

    [LoggerMessage(
        EventId = 2202, EventName = "reload_refused", Level = LogLevel.Error, Message =
        "not reloaded, the old configuration stays: cause={Cause} config={ConfigVersion}")]
    private partial void Refused(string cause, string configVersion);

    [LoggerMessage(EventId = 2205, EventName = "reload_fault", Level = LogLevel.Error, Message = "fault while reloading: cause={Cause}")]
    private partial void Faulted(Exception fault, string cause);

    [LoggerMessage(EventId = 2203, EventName = "reload_problem", Message = "{Problem}")]
    private partial void Problem(LogLevel level, string problem);

    [LoggerMessage(EventId = 2204, EventName = "needs_restart", Level = LogLevel.Warning, Message = "a change needs a restart key={Key}")]
    private partial void NeedsRestart(string key);
}
