namespace InboundBridge.UnitTests.Layering;

/// <summary>
/// The walls of the house (tests/testdata/walls.txt). A heading <c>[Project]</c> begins a project. Each line below it is a folder of the
/// project (<c>.</c> for the project's own), and behind a colon the folders and projects that its files may name. The folders around it and
/// in it need no permission.
/// </summary>
internal sealed class Walls
{
    private readonly Dictionary<string, HashSet<string>> _allowed = new(StringComparer.Ordinal);

    private Walls()
    {
    }

    public IReadOnlyCollection<string> Folders => _allowed.Keys;

    /// <summary>Each with a folder and one that it may name.</summary>
    public IEnumerable<(string From, string To)> Permissions => _allowed.SelectMany(folder => folder.Value.Select(to => (folder.Key, to)));

    public static Walls Read() => Parse(File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/walls.txt")));

    public static Walls Parse(IEnumerable<string> lines)
    {
        var walls = new Walls();
        var project = string.Empty;
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[')
            {
                project = line.Trim('[', ']');
                continue;
            }
            var parts = line.Split(':', 2);
            var named = parts.Length == 1 ? [] : parts[1].Split(',', StringSplitOptions.TrimEntries);
            walls._allowed.Add(
                parts[0] == "." ? project : $"{project}/{parts[0]}",
                named.Select(name => name.StartsWith("InboundBridge", StringComparison.Ordinal) ? name : $"{project}/{name}")
                    .ToHashSet(StringComparer.Ordinal));
        }
        return walls;
    }

    public bool Allows(string from, string to) => _allowed.TryGetValue(from, out var named) && named.Contains(to);

    /// <summary>
    /// The name that a wall uses: another project's name, or a folder's path up to where the two paths part. Null inside one folder.
    /// </summary>
    public static string? TargetOf(FolderEdge edge) => FolderGraph.Part(edge.From, edge.To)?.To;
}
