namespace InboundBridge.Rules.Scripting;

/// <summary>A script as it stands in a file.</summary>
/// <param name="Line">Where the source begins in <paramref name="File"/>, from 1, so that errors name the file's line.</param>
public sealed record ScriptSource(string Text, string File, int Line = 1)
{
    /// <summary>Column of the first character in the file, from 1: a script in YAML stands behind its key.</summary>
    public int Column { get; init; } = 1;

    /// <summary>Column at which every later line begins, from 1: a block in YAML is indented.</summary>
    public int LaterColumn { get; init; } = 1;

    /// <summary>The text had escapes or folded lines, so that its places are not the file's: errors name the place where it begins.</summary>
    public bool IsFolded { get; init; }

    /// <summary>What the script can look at.</summary>
    public ScriptReads Reads { get; init; } = ScriptReads.Everything;

    /// <summary>The place in the file.</summary>
    /// <param name="line">Within the text, from 1.</param>
    /// <param name="column">Within that line, from 0.</param>
    internal (int Line, int Column) PlaceOf(int line, int column)
    {
        if (IsFolded)
            return (Line, Column);
        var last = Text.AsSpan().Count('\n') + 1;
        // What is missing at the end is missed behind it.
        if (line > last)
            (line, column) = (last, Text.Length - (Text.LastIndexOf('\n') + 1));
        return (Line + line - 1, Math.Max(0, column) + (line == 1 ? Column : LaterColumn));
    }
}
