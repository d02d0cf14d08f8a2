using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Running;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary><c>script: "source"</c> or <c>script: { file: scripts/urgent.js }</c></summary>
internal static class ScriptReader
{
    public static ScriptSource? Read(YamlNode node, ScriptPurpose purpose, LoadContext context)
    {
        var source = Source(node, context);
        if (source is null)
            return null;
        var (examined, problem) = ScriptCheck.Examine(source, purpose);
        if (problem is null)
            return examined;
        context.Problems.Error(problem.Line == 0 ? node.Position
            : new SourcePosition(source.File, problem.Line, problem.Column), $"the script can't be run: {problem.Text}");
        return null;
    }

    private static ScriptSource? Source(YamlNode node, LoadContext context)
    {
        if (node is not YamlMapping mapping)
            return YamlShape.Text(node, "'script'", context.Problems) is { } text ? Inline((YamlScalar)node, text) : null;
        YamlShape.OnlyKeys(mapping, "key of 'script'", ["file"], context.Problems);
        if (mapping["file"] is not { } path)
        {
            context.Problems.Error(node.Position, "'script' needs a file", "script: { file: scripts/name.js }");
            return null;
        }
        return context.ReadFile(path) is { } read ? new ScriptSource(read, Beside(node.Position.File, ((YamlScalar)path).Value)) : null;
    }

    /// <summary>The position of each character of a text in YAML is known, unless the text has escapes or folded lines.</summary>
    private static ScriptSource Inline(YamlScalar scalar, string text)
    {
        var begin = scalar.TextPosition;
        return new ScriptSource(text, begin.File, begin.Line)
        {
            Column = begin.Column,
            LaterColumn = begin.Column,
            IsFolded = !scalar.IsVerbatim,
        };
    }

    /// <summary>The path in the folder of the rule file that names it.</summary>
    private static string Beside(string file, string path) => Path.Combine(Path.GetDirectoryName(file) ?? string.Empty, path);
}
