namespace InboundBridge.UnitTests.Layering;

/// <summary>
/// Which folders depend on which. An edge between two folders is drawn at the level where their paths differ: from <c>A/B/C</c> to
/// <c>A/D/E</c> it goes from <c>A/B</c> to <c>A/D</c>, and from one project to another it is the projects'. So a circle between any two
/// folders that are not inside one another shows as a circle here.
/// </summary>
internal sealed class FolderGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, FolderEdge>> _edges = new(StringComparer.Ordinal);

    public FolderGraph(IEnumerable<FolderEdge> edges)
    {
        foreach (var edge in edges)
        {
            if (Part(edge.From, edge.To) is not var (from, to))
                continue;
            if (!_edges.TryGetValue(from, out var targets))
                _edges[from] = targets = new SortedDictionary<string, FolderEdge>(StringComparer.Ordinal);
            targets.TryAdd(to, edge);
        }
    }

    /// <summary>Each with a line of code that makes it.</summary>
    public IEnumerable<(string From, string To, FolderEdge Example)> Edges =>
        _edges.SelectMany(from => from.Value.Select(to => (from.Key, to.Key, to.Value)));

    /// <summary>The two folders, each cut after the first step that differs; null if one is inside the other.</summary>
    public static (string From, string To)? Part(string from, string to)
    {
        var (left, right) = (from.Split('/'), to.Split('/'));
        var common = left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();
        return common == left.Length || common == right.Length
            ? null
            : (string.Join('/', left[..(common + 1)]), string.Join('/', right[..(common + 1)]));
    }

    /// <summary>
    /// For each edge that is part of a circle the shortest one through it, without those that were found before; each as lines to print.
    /// </summary>
    public IReadOnlyList<string> FindCircles()
    {
        var circles = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (from, to, _) in Edges)
        {
            if (FindPath(to, from) is not { } path || !seen.Add(string.Join(' ', path.Order(StringComparer.Ordinal))))
                continue;
            var steps = path.Prepend(from).Zip(path, (left, right) => $"  {left} → {right}: {_edges[left][right].Place}");
            circles.Add($"{from} → {string.Join(" → ", path)}\n{string.Join('\n', steps)}");
        }
        return circles;
    }

    /// <summary>The shortest path, both ends included; null where there is none.</summary>
    private List<string>? FindPath(string from, string to)
    {
        var cameFrom = new Dictionary<string, string?>(StringComparer.Ordinal) { [from] = null };
        var waiting = new Queue<string>([from]);
        while (waiting.TryDequeue(out var folder))
        {
            if (folder == to)
            {
                var path = new List<string>();
                for (string? step = to; step is not null; step = cameFrom[step])
                    path.Insert(0, step);
                return path;
            }
            foreach (var next in _edges.TryGetValue(folder, out var targets) ? targets.Keys : Enumerable.Empty<string>())
            {
                if (cameFrom.TryAdd(next, folder))
                    waiting.Enqueue(next);
            }
        }
        return null;
    }
}
