using System.Runtime.InteropServices;
using InboundBridge.Configuration;

namespace InboundBridge.Hosting;

/// <summary>When to reload: SIGHUP, or a change of the configuration's file, of the files of users and recipients, or in the rules' directory.</summary>
internal sealed class ReloadTriggers : IDisposable
{
    /// <summary>Editors and deployments write a file in several steps, and several files one after the other.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(1);

    private readonly Reloader _reloader;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private List<FileSystemWatcher> _watchers = [];
    private readonly ITimer _settled;
    private readonly PosixSignalRegistration _hangup;

    public ReloadTriggers(Reloader reloader, ApplianceOptions options, TimeProvider clock)
    {
        _reloader = reloader;
        _settled = clock.CreateTimer(_ => Reload("file change"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Follow(options);
        _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangup);
    }

    /// <summary>Watches what this configuration names: a reload may name other files than the start did.</summary>
    public void Follow(ApplianceOptions options)
    {
        lock (_gate)
        {
            var before = _watchers;
            _watchers = [];
            if (options.File is { } file)
                Watch(Path.GetDirectoryName(file)!, Path.GetFileName(file), below: false);
            foreach (var named in new[] { options.UsersFile, options.Recipients?.File }.OfType<string>())
                Watch(Path.GetDirectoryName(named)!, Path.GetFileName(named), below: false);
            foreach (var rules in new[] { options.Rules.Path, options.Rules.Shadow }.OfType<string>())
            {
                if (Directory.Exists(rules))
                    Watch(rules, "*", below: true);
                else if (File.Exists(rules))
                    Watch(Path.GetDirectoryName(rules)!, Path.GetFileName(rules), below: false);
            }
            // After the new ones are up, so that no change falls between them.
            foreach (var watcher in before)
                watcher.Dispose();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _hangup.Dispose();
        foreach (var watcher in _watchers)
            watcher.Dispose();
        _settled.Dispose();
        _stop.Dispose();
    }

    private void Watch(string folder, string filter, bool below)
    {
        var watcher = new FileSystemWatcher(folder, filter)
        {
            IncludeSubdirectories = below,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        watcher.Changed += (_, _) => Touch();
        watcher.Created += (_, _) => Touch();
        watcher.Deleted += (_, _) => Touch();
        watcher.Renamed += (_, _) => Touch();
        watcher.EnableRaisingEvents = true;
        _watchers.Add(watcher);
    }

    private void Touch() => _settled.Change(SettleTime, Timeout.InfiniteTimeSpan);

    private void OnHangup(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Reload("SIGHUP");
    }

    private void Reload(string cause) => _ = Task.Run(() => _reloader.ReloadAsync(cause, _stop.Token), _stop.Token);
}
