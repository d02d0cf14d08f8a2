namespace InboundBridge.Rules.Scripting;

/// <summary>The text of a script, and its position in a file.</summary>
/// <param name="Line">The line of <paramref name="File"/> where the source begins, from 1, so that errors name the file's line.</param>
public sealed record ScriptSource(string Text, string File, int Line = 1)
{
    /// <summary>The column of the first character in the file, from 1: a script in YAML begins behind its key.</summary>
    public int Column { get; init; } = 1;

    /// <summary>The column at which every later line begins, from 1: a block in YAML is indented.</summary>
    public int LaterColumn { get; init; } = 1;

    /// <summary>
    /// The text has escapes or folded lines in the file, so its positions can't be converted: errors name the beginning of the script.
    /// </summary>
    public bool IsFolded { get; init; }

    /// <summary>What the script can read.</summary>
    public ScriptReads Reads { get; init; } = ScriptReads.Everything;

    /// <summary>Converts a position in the text to one in the file.</summary>
    /// <param name="line">Within the text, from 1.</param>
    /// <param name="column">Within that line, from 0.</param>
    internal (int Line, int Column) PlaceOf(int line, int column)
    {
        if (IsFolded)
            return (Line, Column);
        var last = Text.AsSpan().Count('\n') + 1;
        // An error about a missing end is reported behind the last line.
        if (line > last)
            (line, column) = (last, Text.Length - (Text.LastIndexOf('\n') + 1));
        return (Line + line - 1, Math.Max(0, column) + (line == 1 ? Column : LaterColumn));
    }
}
