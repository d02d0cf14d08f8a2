namespace InboundBridge.Setup.Reloading;

/// <summary>A directory to be watched.</summary>
/// <param name="Names">The entries that matter; null: all of them, at any depth.</param>
internal sealed record WatchedFolder(string Path, IReadOnlySet<string>? Names);

/// <summary>
/// The directories to watch so that no change of certain files and folders is missed. A path may lead through symbolic links, and mounted
/// configuration (Kubernetes' <c>..data</c>) changes by replacing one of them. So every link on the path is watched, and its target too.
/// </summary>
internal sealed class WatchPlan
{
    /// <summary>The kernel's own limit (<c>path_resolution(7)</c>).</summary>
    private const int MostLinks = 40;

    private readonly Dictionary<string, HashSet<string>> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _trees = new(StringComparer.Ordinal);

    public IReadOnlyList<WatchedFolder> Folders =>
    [
        .. _trees.Select(tree => new WatchedFolder(tree, null)),
        .. _names.Where(entry => !_trees.Any(tree => IsWithin(entry.Key, tree))).Select(entry => new WatchedFolder(entry.Key, entry.Value)),
    ];

    /// <summary>Watches a file, or only the creation and removal of a directory. It need not exist yet.</summary>
    public void Add(string path) => Resolve(path);

    /// <summary>Watches a directory with everything below it, including what links in it lead to.</summary>
    public void AddTree(string path)
    {
        var real = Resolve(path);
        if (!Directory.Exists(real) || !_trees.Add(real))
            return;
        try
        {
            foreach (var entry in new DirectoryInfo(real)
                .EnumerateFileSystemInfos(
                    "*", new EnumerationOptions
                    {
                        RecurseSubdirectories = true,
                        AttributesToSkip = FileAttributes.None,
                        IgnoreInaccessible = true
                    }))
                AddLink(entry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder is changing right now: that change is an event too, and the plan is made again after it.
        }
    }

    private void AddLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is null)
            return;
        if (entry.Attributes.HasFlag(FileAttributes.Directory))
            AddTree(entry.FullName);
        else
            Resolve(entry.FullName);
    }

    /// <summary>Watches every link on the path; returns the path that it finally leads to.</summary>
    private string Resolve(string path)
    {
        Watch(path);
        for (var links = 0; links < MostLinks && FirstLink(path) is var (link, target, below); links++)
        {
            Watch(link);
            path = Path.Combine(target, below);
        }
        Watch(path);
        return path;
    }

    private static (string Link, string Target, string Below)? FirstLink(string path)
    {
        var full = Path.GetFullPath(path);
        for (var end = full.IndexOf('/', 1); ; end = full.IndexOf('/', end + 1))
        {
            var part = end < 0 ? full : full[..end];
            if (new FileInfo(part).LinkTarget is { } target)
                return (part, Path.GetFullPath(target, Path.GetDirectoryName(part) ?? "/"), end < 0 ? string.Empty : full[(end + 1)..]);
            if (end < 0)
                return null;
        }
    }

    private void Watch(string path)
    {
        // Entries of the root directory belong to the system and seldom change.
        if (Path.GetDirectoryName(path) is not { Length: > 1 } folder)
            return;
        if (!_names.TryGetValue(folder, out var names))
            _names[folder] = names = new HashSet<string>(StringComparer.Ordinal);
        names.Add(Path.GetFileName(path));
    }

    private static bool IsWithin(string folder, string tree) => folder == tree || folder.StartsWith(tree + "/", StringComparison.Ordinal);
}
