using System.Runtime.InteropServices;
using InboundBridge.Configuration.Destinations;

namespace InboundBridge.Setup.Reloading;

/// <summary>
/// Reloads on SIGHUP, and when a file changes: the configuration, a file that it names, anything
/// in the rules' directories, or a file that the rules name.
/// </summary>
internal sealed class ReloadTriggers : IDisposable
{
    /// <summary>Editors and deployments write a file in several steps, and several files one after the other.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(1);

    private readonly Reloader _reloader;
    private readonly CancellationTokenSource _stop = new();
    private readonly FolderWatch _watch;
    private readonly ITimer _settled;
    private ApplianceSetup _followed;
    private readonly PosixSignalRegistration _hangup;

    public ReloadTriggers(Reloader reloader, ApplianceSetup setup, TimeProvider clock, ILogger<ReloadTriggers> log)
    {
        _reloader = reloader;
        _followed = setup;
        _settled = clock.CreateTimer(_ => Reload("file change"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watch = new FolderWatch(Touch, log);
        reloader.Reloaded = Follow;
        Follow(setup);
        _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangup);
    }

    /// <summary>Watches the files that this configuration and its rules name: they may change with each reload.</summary>
    private void Follow(ApplianceSetup setup)
    {
        Volatile.Write(ref _followed, setup);
        _watch.Follow(PlanOf(setup).Folders);
    }

    internal static WatchPlan PlanOf(ApplianceSetup setup)
    {
        var plan = new WatchPlan();
        foreach (var rules in new[] { setup.Options.Rules.Path, setup.Options.Rules.Shadow }.OfType<string>())
            plan.AddTree(rules);
        foreach (var file in new[] { setup.Options.File, setup.Options.UsersFile, setup.Options.Recipients?.File }.OfType<string>()
            .Concat(setup.NamedFiles).Concat(setup.Options.Authentication.SecureMailFiles)
            .Concat(setup.Options.Destinations.SelectMany(each => DestinationKinds.Of(each).Files(each))))
            plan.Add(file);
        return plan;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _reloader.Reloaded = null;
        _hangup.Dispose();
        _watch.Dispose();
        _settled.Dispose();
        _stop.Dispose();
    }

    private void Touch() => _settled.Change(SettleTime, Timeout.InfiniteTimeSpan);

    private void OnHangup(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Reload("SIGHUP");
    }

    private void Reload(string cause) => _ = Task.Run(() => ReloadAsync(cause), _stop.Token);

    private async Task ReloadAsync(string cause)
    {
        await _reloader.ReloadAsync(cause, _stop.Token);
        // Also after a refused reload: links may point elsewhere now, and folders may be new.
        Follow(Volatile.Read(ref _followed));
    }
}
