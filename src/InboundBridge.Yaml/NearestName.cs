namespace InboundBridge.Yaml;

/// <summary>Finds the known name that a misspelt name is closest to, for "did you mean".</summary>
public static class NearestName
{
    /// <summary>Longer input is not compared: time grows with the square of its length.</summary>
    private const int LongestName = 64;

    /// <summary>
    /// A hint such as <c>did you mean 'webhook'?</c>, or the valid names where none is close and they are few; null otherwise.
    /// </summary>
    public static string? Hint(string given, IReadOnlyCollection<string> known)
    {
        if (Find(given, known) is { } nearest)
            return $"did you mean '{nearest}'?";
        return known.Count is > 0 and <= 12 ? $"expected one of: {string.Join(", ", known)}" : null;
    }

    /// <summary>The closest name that differs in at most a third of the letters (at least one edit), or null.</summary>
    public static string? Find(string given, IEnumerable<string> known)
    {
        if (given.Length is 0 or > LongestName)
            return null;
        string? best = null;
        var bestDistance = Math.Max(1, given.Length / 3) + 1;
        foreach (var name in known)
        {
            if (name.Length > LongestName)
                continue;
            var distance = Distance(given, name);
            if (distance < bestDistance)
            {
                best = name;
                bestDistance = distance;
            }
        }
        return best;
    }

    /// <summary>
    /// The number of edits between two words, case-insensitive: insert, delete, replace or swap two neighbours (optimal string alignment).
    /// </summary>
    private static int Distance(string left, string right)
    {
        Span<int> beforeLast = stackalloc int[LongestName + 1];
        Span<int> last = stackalloc int[LongestName + 1];
        Span<int> row = stackalloc int[LongestName + 1];
        for (var column = 0; column <= right.Length; column++)
            last[column] = column;
        for (var line = 1; line <= left.Length; line++)
        {
            row[0] = line;
            for (var column = 1; column <= right.Length; column++)
            {
                var same = Same(left[line - 1], right[column - 1]);
                var cost = Math.Min(Math.Min(row[column - 1], last[column]) + 1, last[column - 1] + (same ? 0 : 1));
                if (line > 1 && column > 1 && Same(left[line - 1], right[column - 2]) && Same(left[line - 2], right[column - 1]))
                    cost = Math.Min(cost, beforeLast[column - 2] + 1);
                row[column] = cost;
            }
            last.CopyTo(beforeLast);
            row.CopyTo(last);
        }
        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
