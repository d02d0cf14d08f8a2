using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Hosting;

/// <summary>
/// Reads configuration and rules anew: validated whole and tested, then swapped whole; else the old ones stay, and the log says why. Mail under way keeps the
/// rules that it began with.
/// </summary>
internal sealed partial class Reloader(
    ConfigurationSource source, ScriptWorkers scripts, ApplianceSetup started, ApplianceParts parts, ILogger<Reloader> log) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private ApplianceSetup _current = started;

    /// <summary>Told of each configuration that came into force.</summary>
    public Action<ApplianceSetup>? Reloaded { get; set; }

    public ApplianceSetup Current => Volatile.Read(ref _current);

    /// <summary>The problems; the new configuration is in force when none of them is an error.</summary>
    public async Task<SourceProblems> ReloadAsync(string cause, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var problems = new SourceProblems();
            var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, cancellationToken);
            foreach (var problem in problems.Items)
                Problem(problem.IsWarning ? LogLevel.Warning : LogLevel.Error, problem.ToString());
            if (setup is null)
            {
                parts.Configuration.Reloaded(applied: false);
                Refused(cause, Current.Options.Version);
                return problems;
            }
            Apply(setup);
            Applied(cause, setup.Options.Version, setup.Rules.Rules.Count, setup.Options.Destinations.Count);
            return problems;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            parts.Configuration.Reloaded(applied: false);
            Faulted(fault, cause);
            throw;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private void Apply(ApplianceSetup setup)
    {
        foreach (var key in NeedingRestart(Current.Options, setup.Options))
            NeedsRestart(key);
        parts.Apply(setup);
        Volatile.Write(ref _current, setup);
        Reloaded?.Invoke(setup);
        parts.Configuration.Reloaded(applied: true);
    }

    /// <summary>What is bound or opened once.</summary>
    private static IEnumerable<string> NeedingRestart(ApplianceOptions before, ApplianceOptions after)
    {
        if (!before.Smtp.Listeners.Select(listener => listener.ToString()).SequenceEqual(after.Smtp.Listeners.Select(listener => listener.ToString()), StringComparer.Ordinal))
            yield return "smtp.listeners";
        if (!before.Http.Listen.Equals(after.Http.Listen))
            yield return "http.listen";
        if (before.Spool != after.Spool)
            yield return "spool";
        if (!before.Smtp.RateLimits.SequenceEqual(after.Smtp.RateLimits))
            yield return "smtp.rate_limits";
        if (before.Log != after.Log)
            yield return "log";
        if (before.Delivery.Workers != after.Delivery.Workers)
            yield return "delivery.workers";
        if (!before.Tls.Certificates.SequenceEqual(after.Tls.Certificates) || before.Tls.Protocols != after.Tls.Protocols || before.Tls.ClientAuthorities != after.Tls.ClientAuthorities)
            yield return "tls";
    }

    [LoggerMessage(EventId = 2201, EventName = "reloaded", Level = LogLevel.Information, Message = "reloaded cause={Cause} config={ConfigVersion} rules={Rules} destinations={Destinations}")]
    private partial void Applied(string cause, string configVersion, int rules, int destinations);

    [LoggerMessage(EventId = 2202, EventName = "reload_refused", Level = LogLevel.Error, Message = "not reloaded, the old configuration stays: cause={Cause} config={ConfigVersion}")]
    private partial void Refused(string cause, string configVersion);

    [LoggerMessage(EventId = 2205, EventName = "reload_fault", Level = LogLevel.Error, Message = "fault while reloading: cause={Cause}")]
    private partial void Faulted(Exception fault, string cause);

    [LoggerMessage(EventId = 2203, EventName = "reload_problem", Message = "{Problem}")]
    private partial void Problem(LogLevel level, string problem);

    [LoggerMessage(EventId = 2204, EventName = "needs_restart", Level = LogLevel.Warning, Message = "a change of {Key} needs a restart")]
    private partial void NeedsRestart(string key);
}
