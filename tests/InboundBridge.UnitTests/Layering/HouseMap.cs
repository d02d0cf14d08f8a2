using System.Text;

namespace InboundBridge.UnitTests.Layering;

/// <summary>
/// Draws the folders of src and the edges between them as Mermaid graphs: one of the projects, then one of each project with folders.
/// </summary>
internal static class HouseMap
{
    private const string Start = "<!-- map: drawn from the code";
    private const string End = "<!-- end of the map -->";

    /// <summary>The page with a new map between its two marks.</summary>
    public static string Insert(string page, SourceTree tree)
    {
        var start = page.IndexOf('\n', page.IndexOf(Start, StringComparison.Ordinal)) + 1;
        var end = page.IndexOf(End, StringComparison.Ordinal);
        return $"{page[..start]}\n{Draw(tree)}{page[end..]}";
    }

    public static string Draw(SourceTree tree)
    {
        var edges = new FolderGraph(tree.Edges).Edges.Select(edge => (edge.From, edge.To)).ToList();
        var folders = tree.Folders.Order(StringComparer.Ordinal).ToList();
        var projects = folders.Select(ProjectOf).Distinct(StringComparer.Ordinal).ToList();
        var map = new StringBuilder();
        Graph(map, "The projects", projects, edges.Where(edge => !edge.From.Contains('/', StringComparison.Ordinal)));
        foreach (var project in projects)
        {
            var inside = folders.Where(folder => folder.StartsWith(project + "/", StringComparison.Ordinal)).ToList();
            if (inside.Count > 0)
                Graph(map, $"`{project}`", inside, edges.Where(edge => edge.From.StartsWith(project + "/", StringComparison.Ordinal)));
        }
        return map.ToString();
    }

    private static void Graph(StringBuilder map, string title, IReadOnlyList<string> folders, IEnumerable<(string From, string To)> edges)
    {
        map.Append($"{title}:\n\n```mermaid\nflowchart TD\n");
        var open = new Stack<string>();
        foreach (var folder in folders.Concat(folders.SelectMany(Around)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            while (open.TryPeek(out var box) && !folder.StartsWith(box + "/", StringComparison.Ordinal))
                Close(map, open);
            var indent = new string(' ', 2 + (2 * open.Count));
            var hasFolders = folders.Any(other => other.StartsWith(folder + "/", StringComparison.Ordinal));
            map.Append(hasFolders ? $"{indent}subgraph {Id(folder)}[{NameOf(folder)}]\n" : $"{indent}{Id(folder)}[{NameOf(folder)}]\n");
            if (hasFolders)
                open.Push(folder);
        }
        while (open.Count > 0)
            Close(map, open);
        foreach (var targets in edges.GroupBy(edge => edge.From, edge => Id(edge.To)))
            map.Append($"  {Id(targets.Key)} --> {string.Join(" & ", targets)}\n");
        map.Append("```\n\n");
    }

    private static void Close(StringBuilder map, Stack<string> open)
    {
        open.Pop();
        map.Append($"{new string(' ', 2 + (2 * open.Count))}end\n");
    }

    /// <summary>The folders between the project and this one, which need not have files of their own.</summary>
    private static IEnumerable<string> Around(string folder)
    {
        for (var slash = folder.IndexOf('/', folder.IndexOf('/', StringComparison.Ordinal) + 1); slash > 0; slash =
            folder.IndexOf('/', slash + 1))
            yield return folder[..slash];
    }

    private static string ProjectOf(string folder) => folder.Split('/')[0];

    private static string NameOf(string folder) => folder[(folder.LastIndexOf('/') + 1)..];

    private static string Id(string folder) =>
        folder[(folder.IndexOf('/', StringComparison.Ordinal) + 1)..].Replace('/', '_').Replace('.', '_');
}
