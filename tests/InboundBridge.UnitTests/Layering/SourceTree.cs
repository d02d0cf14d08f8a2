using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Layering;

/// <summary>
/// The C# files of src and which folder names which. A namespace is a folder, so a file can name another folder in two ways only: by a
/// <c>using</c>, or by a qualified name. What it names of the folders around it needs neither, and is not counted: a folder and the folders
/// in it belong together.
/// </summary>
internal sealed partial class SourceTree
{
    private static readonly Lazy<SourceTree> Repository = new(Read);

    private readonly Dictionary<string, HashSet<string>> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);

    public SourceTree(IEnumerable<SourceFile> files)
    {
        Files = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        foreach (var file in Files)
        {
            _folders[file.Namespace] = file.Folder;
            if (!_types.TryGetValue(file.Namespace, out var types))
                _types[file.Namespace] = types = new HashSet<string>(StringComparer.Ordinal);
            types.UnionWith(
                file.Code.Select(line => TopLevelType().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value));
        }
        Edges = [.. Files.SelectMany(FindEdges)];
    }

    public static SourceTree OfRepository => Repository.Value;

    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>Those with files.</summary>
    public IEnumerable<string> Folders => _folders.Values;

    public IReadOnlyList<FolderEdge> Edges { get; }

    private static SourceTree Read()
    {
        var src = Path.Combine(RepositoryFiles.Root, "src");
        return new SourceTree(RepositoryFiles.SourceFiles("src").Select(file =>
            new SourceFile(Path.GetRelativePath(src, file).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllText(file))));
    }

    private IEnumerable<FolderEdge> FindEdges(SourceFile file)
    {
        for (var index = 0; index < file.Code.Count; index++)
        {
            var line = file.Code[index];
            var isUsing = UsingLine().Match(line) is { Success: true } match;
            var targets = isUsing ? FolderOf(UsingLine().Match(line).Groups[1].Value) : QualifiedTargets(file, line);
            foreach (var target in targets.Where(
                target => target != file.Folder && !file.Folder.StartsWith(target + "/", StringComparison.Ordinal)))
                yield return new FolderEdge(file.Folder, target, $"src/{file.Path}:{index + 1}: {file.Lines[index].Trim()}", !isUsing);
        }
    }

    /// <summary>The namespace itself, or for a <c>using static</c> or an alias the one that the type is in.</summary>
    private IEnumerable<string> FolderOf(string name)
    {
        for (; name.Length > 0; name = Parent(name))
        {
            if (_folders.TryGetValue(name, out var folder))
                return [folder];
        }
        return [];
    }

    private IEnumerable<string> QualifiedTargets(SourceFile file, string line)
    {
        if (line.StartsWith("namespace ", StringComparison.Ordinal))
            yield break;
        foreach (Match match in DottedName().Matches(line))
        {
            var parts = match.Groups[1].Value.Split('.');
            for (var length = parts.Length - 1; length > 0; length--)
            {
                if (Resolve(string.Join('.', parts[..length]), parts[length], file.Namespace) is not { } found)
                    continue;
                yield return found;
                break;
            }
        }
    }

    /// <summary>A name is looked up from the file's own namespace outwards, as the compiler does.</summary>
    private string? Resolve(string qualifier, string type, string from)
    {
        for (; ; from = Parent(from))
        {
            var candidate = from.Length == 0 ? qualifier : $"{from}.{qualifier}";
            if (_types.TryGetValue(candidate, out var types) && types.Contains(type))
                return _folders[candidate];
            if (from.Length == 0)
                return null;
        }
    }

    private static string Parent(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : string.Empty;

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?(InboundBridge[\w.]*)")]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"(?<![\w.])(?:global::)?([A-Z]\w*(?:\.[A-Z]\w*)+)")]
    private static partial Regex DottedName();

    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|struct|interface|enum|record(?: struct| class)?|delegate \S+) ([A-Z]\w*)")]
    private static partial Regex TopLevelType();
}
