using InboundBridge.Rules;

namespace InboundBridge.Configuration.Sources;

/// <summary>
/// Finds the files below a directory. Symbolic links are followed, since mounted configuration (Kubernetes' <c>..data</c>) consists of
/// them. A directory that is reached twice is read once, so a link to a directory above does not loop. Anything that can't be read is a
/// failure: a part of the rules must not be loaded as if it were all of them.
/// </summary>
internal sealed class FolderWalk
{
    /// <summary>Levels of directories.</summary>
    private const int MostDepth = 16;

    /// <summary>A wrong path may lead to the whole disk.</summary>
    private const int MostFiles = 10_000;

    private readonly List<string> _files = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private string? _failure;

    /// <summary>Directories that were entered through symbolic links, where those lead to.</summary>
    public List<string> LinkedFolders { get; } = [];

    public IReadOnlyList<string> Run(string path, out string? failure)
    {
        var folder = Path.TrimEndingDirectorySeparator(path);
        try
        {
            if (File.GetAttributes(folder).HasFlag(FileAttributes.Directory))
                Enter(new DirectoryInfo(folder), 0);
            else
                _files.Add(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Nothing is there. The caller decides whether that is an error.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failure = exception.Message;
        }
        failure = _failure;
        _files.Sort(OctetOrder.Instance);
        return _files;
    }

    private void Enter(DirectoryInfo folder, int depth)
    {
        if (_failure is not null || !_seen.Add(Real(folder)))
            return;
        if (depth > MostDepth)
        {
            _failure = $"{folder.FullName} is nested more than {MostDepth} directories deep";
            return;
        }
        try
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
                Add(entry, depth);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failure ??= exception.Message;
        }
    }

    private void Add(FileSystemInfo entry, int depth)
    {
        if (entry.Name.StartsWith('.') || _failure is not null)
            return;
        if (entry.Attributes.HasFlag(FileAttributes.Directory))
            Enter(new DirectoryInfo(entry.FullName), depth + 1);
        else if (_files.Count == MostFiles)
            _failure = $"there are more than {MostFiles} files";
        else
            _files.Add(entry.FullName);
    }

    private string Real(DirectoryInfo folder)
    {
        if (folder.ResolveLinkTarget(returnFinalTarget: true) is not { } target)
            return folder.FullName;
        LinkedFolders.Add(target.FullName);
        return target.FullName;
    }
}
