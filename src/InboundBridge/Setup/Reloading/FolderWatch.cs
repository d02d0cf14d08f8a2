namespace InboundBridge.Setup.Reloading;

/// <summary>Reports changes in the folders of a <see cref="WatchPlan"/>.</summary>
internal sealed partial class FolderWatch(Action changed, ILogger log) : IDisposable
{
    /// <summary>Each may need an inotify instance; Linux allows a user 128 by default.</summary>
    private const int MostWatchers = 64;

    private readonly Lock _gate = new();
    private List<FileSystemWatcher> _watchers = [];
    private bool _disposed;

    /// <summary>
    /// Watches these folders and no others. The new ones are up before the old ones go, so that no change falls between them.
    /// </summary>
    public void Follow(IReadOnlyList<WatchedFolder> folders)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            var before = _watchers;
            _watchers = [.. folders.Take(MostWatchers).Select(Watch).OfType<FileSystemWatcher>()];
            foreach (var watcher in before)
                watcher.Dispose();
        }
        if (folders.Count > MostWatchers)
            NotWatched(folders[MostWatchers].Path, $"more than {MostWatchers} folders");
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var watcher in _watchers)
                watcher.Dispose();
            _watchers = [];
        }
    }

    private FileSystemWatcher? Watch(WatchedFolder folder)
    {
        if (!Directory.Exists(folder.Path))
            return null;
        var watcher = new FileSystemWatcher
        {
            IncludeSubdirectories = folder.Names is null,
            NotifyFilter =
                NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size
                | NotifyFilters.Attributes,
        };
        void Touch(string? name)
        {
            if (folder.Names is null || name is not null && folder.Names.Contains(name))
                changed();
        }
        watcher.Changed += (_, change) => Touch(change.Name);
        watcher.Created += (_, change) => Touch(change.Name);
        watcher.Deleted += (_, change) => Touch(change.Name);
        watcher.Renamed += (_, change) =>
        {
            Touch(change.OldName);
            Touch(change.Name);
        };
        // Events were lost: anything may have changed.
        watcher.Error += (_, _) => changed();
        try
        {
            watcher.Path = folder.Path;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watcher.Dispose();
            NotWatched(folder.Path, exception.Message);
            return null;
        }
    }

    [LoggerMessage(
        EventId = 2206, EventName = "not_watched", Level = LogLevel.Warning, Message =
        "changes in a folder are not noticed, so reload by hand folder={Folder}: {Reason}")]
    private partial void NotWatched(string folder, string reason);
}
