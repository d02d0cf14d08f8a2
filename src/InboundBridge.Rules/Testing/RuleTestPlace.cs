using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>
/// Where in a rule file another test goes: below its tests, with their indentation, or at the end with a <c>tests:</c> of its own.
/// </summary>
/// <param name="Line">
/// The line (from 1) below which it goes; 0: it needs a file of its own, since this one lists its tests in brackets.
/// </param>
/// <param name="Indent">Blanks in front of the dash.</param>
/// <param name="NeedsHead">The file has no <c>tests:</c> yet.</param>
public sealed record RuleTestPlace(int Line, int Indent, bool NeedsHead)
{
    private const int UsualIndent = 2;

    /// <summary>A file of its own: rule files are read together, so a test may stand in any of them.</summary>
    public static RuleTestPlace OwnFile { get; } = new(0, UsualIndent, NeedsHead: true);

    public static RuleTestPlace In(string file)
    {
        var lines = file.ReplaceLineEndings("\n").Split('\n');
        if (YamlReader.Read(file, "rules", new SourceProblems()) is not YamlMapping root
            || root.Entries.Any(entry => entry.Key.Position.Column != 1))
            return OwnFile;
        if (root.Entries.FirstOrDefault(entry => entry.Key.Value == "tests") is not { } tests)
            return new RuleTestPlace(LastWritten(lines, lines.Length), UsualIndent, NeedsHead: true);
        var next = root.Entries.Select(entry => entry.Key.Position.Line).Where(line => line > tests.Key.Position.Line)
            .DefaultIfEmpty(lines.Length + 1).Min();
        switch (tests.Value)
        {
            case YamlScalar { IsNull: true }:
                return new RuleTestPlace(tests.Key.Position.Line, UsualIndent, NeedsHead: false);
            case YamlSequence { Items: [.., var last] } when lines[last.Position.Line - 1] is var line && IsItem(line):
                return new RuleTestPlace(LastWritten(lines, next - 1), line.Length - line.TrimStart(' ').Length, NeedsHead: false);
            default:
                return OwnFile;
        }
    }

    /// <summary>The text to paste.</summary>
    /// <param name="entry">From its dash on.</param>
    public string Text(string entry)
    {
        var indented = string.Concat(entry.TrimEnd('\n').Split('\n').Select(line => $"{new string(' ', Indent)}{line}\n"));
        return NeedsHead ? $"tests:\n{indented}" : indented;
    }

    /// <summary>The file with the test in it; null where it needs a file of its own.</summary>
    public string? Paste(string file, string entry)
    {
        if (Line == 0)
            return null;
        var lines = file.ReplaceLineEndings("\n").Split('\n');
        return string.Join('\n', [.. lines[..Line], Text(entry).TrimEnd('\n'), .. lines[Line..]]);
    }

    private static bool IsItem(string line) => line.TrimStart(' ').StartsWith('-');

    /// <summary>The last of the first lines that holds more than blanks. What looks like a comment may belong to a script.</summary>
    private static int LastWritten(string[] lines, int count)
    {
        while (count > 1 && string.IsNullOrWhiteSpace(lines[count - 1]))
            count--;
        return count;
    }
}
