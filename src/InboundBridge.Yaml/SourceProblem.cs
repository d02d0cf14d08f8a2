using System.Globalization;

namespace InboundBridge.Yaml;

/// <summary>A position in an operator's file. Lines and columns count from 1; line 0 means the file as a whole.</summary>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    public override string ToString() =>
        Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}

/// <summary>An error or warning about a file, in words for its author.</summary>
public sealed record SourceProblem(SourcePosition Position, string Text, string? Hint = null, bool IsWarning = false)
{
    /// <summary><c>FILE:LINE:COL: error: text (hint)</c></summary>
    public override string ToString() =>
        $"{Position}: {(IsWarning ? "warning" : "error")}: {Text}{(Hint is null ? string.Empty : $" ({Hint})")}";
}

/// <summary>Collects all problems of a file, so that its author sees them at once.</summary>
public sealed class SourceProblems
{
    private readonly List<SourceProblem> _items = [];

    public IReadOnlyList<SourceProblem> Items => _items;

    public bool HasErrors => _items.Exists(problem => !problem.IsWarning);

    public void Error(SourcePosition position, string text, string? hint = null) => _items.Add(new SourceProblem(position, text, hint));

    public void Warn(SourcePosition position, string text, string? hint = null) =>
        _items.Add(new SourceProblem(position, text, hint, IsWarning: true));

    public void AddRange(IEnumerable<SourceProblem> problems) => _items.AddRange(problems);
}
