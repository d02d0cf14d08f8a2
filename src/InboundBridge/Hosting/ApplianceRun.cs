using InboundBridge.Configuration.Sources;
using InboundBridge.Hosting.Running;
using InboundBridge.Logging;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;
using InboundBridge.Telemetry;

namespace InboundBridge.Hosting;

/// <summary><c>inboundbridge run</c>: starts, logs the addresses that it listens on, waits for a signal, drains, ends.</summary>
internal sealed partial class ApplianceRun(
    ConfigurationSource source, ScriptWorkers scripts, ApplianceSetup setup, ApplianceLog log, TimeProvider clock)
{
    private readonly ILogger _log = log.Factory.CreateLogger<ApplianceRun>();

    /// <returns>0 after a graceful stop, 1 when it could not start.</returns>
    public async Task<int> RunAsync()
    {
        log.CountIn(setup.Metrics);
        using var telemetry = setup.Options.Telemetry is { } wanted
            ? TelemetryExport.Start(wanted, setup.Options.Hostname, ProductVersion.Text, log, setup.Metrics, clock) : null;
        using var signals = new StopSignals();
        Appliance appliance;
        try
        {
            appliance = await Appliance.StartAsync(setup, log.Factory, clock, signals.Token, new ReloadSource(source, scripts, log));
        }
        catch (ApplianceStartException exception)
        {
            NotStarted(exception.Message);
            return 1;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return 0;
        }
        await using (appliance)
        {
            foreach (var endpoint in appliance.Endpoints)
                Listening(endpoint.Kind, endpoint.Name, endpoint.Address);
            using var ended = new CancellationTokenSource();
            var telling = TellWhenReadyAsync(appliance, setup.Options.Version, ended.Token);
            using var notice = ServiceNotice.OfProcess();
            await using var watchdog = notice.WatchdogEvery is { } every
                ? clock.CreateTimer(_ => notice.Alive(), null, every, every) : null;
            using var memory = new IdleMemory(clock);
            notice.Ready($"config {setup.Options.Version}");
            using (new ReloadTriggers(appliance.Reloader!, setup, clock, log.Factory.CreateLogger<ReloadTriggers>()))
                await signals.WaitAsync();
            await ended.CancelAsync();
            await telling;
            notice.Stopping();
            Stopping();
            await appliance.StopAsync();
        }
        Stopped();
        return 0;
    }

    /// <summary>
    /// The listeners are open, so a sender gets an answer; but without its database or with a full disk the appliance takes no mail. Then
    /// it says why, and that it is ready only when it is.
    /// </summary>
    private async Task TellWhenReadyAsync(Appliance appliance, string version, CancellationToken ended)
    {
        try
        {
            if (appliance.Obstacle is { } obstacle)
            {
                IsNotReady(obstacle);
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
                while (appliance.Obstacle is not null)
                    await timer.WaitForNextTickAsync(ended);
            }
            IsReady(ProductVersion.Text, version);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    [LoggerMessage(EventId = 2701, EventName = "listening", Level = LogLevel.Information, Message = "listening {Kind} {Name} {Address}")]
    private partial void Listening(string kind, string name, string address);

    [LoggerMessage(
        EventId = 2705, EventName = "ready", Level = LogLevel.Information, Message = "ready version={Version} config={ConfigVersion}")]
    private partial void IsReady(string version, string configVersion);

    [LoggerMessage(
        EventId = 2709, EventName = "not_ready_yet", Level = LogLevel.Warning, Message =
        "started, and not ready yet: new mail is refused with 451 or 452, and mail is taken as soon as it can be stored reason={Reason}")]
    private partial void IsNotReady(string reason);

    [LoggerMessage(
        EventId = 2702, EventName = "stopping", Level = LogLevel.Information, Message =
        "stopping: no new mail, finishing what is under way")]
    private partial void Stopping();

    [LoggerMessage(EventId = 2703, EventName = "stopped", Level = LogLevel.Information, Message = "stopped")]
    private partial void Stopped();

    [LoggerMessage(EventId = 2704, EventName = "not_started", Level = LogLevel.Critical, Message = "not started: {Problem}")]
    private partial void NotStarted(string problem);
}
