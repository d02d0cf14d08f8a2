using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary><c>script: "source"</c> or <c>script: { file: scripts/urgent.js }</c></summary>
internal static class ScriptReader
{
    public static ScriptSource? Read(YamlNode node, ScriptPurpose purpose, LoadContext context)
    {
        var source = Source(node, context);
        if (source is null)
            return null;
        if (ScriptCheck.Problem(source, purpose) is not { } problem)
            return source;
        var position = problem.Line == 0 || node is not YamlMapping ? node.Position : new SourcePosition(source.File, problem.Line, problem.Column);
        context.Problems.Error(position, $"the script can't be run: {problem.Text}");
        return null;
    }

    private static ScriptSource? Source(YamlNode node, LoadContext context)
    {
        if (node is not YamlMapping mapping)
            return YamlShape.Text(node, "'script'", context.Problems) is { } text ? new ScriptSource(text, node.Position.File, node.Position.Line) : null;
        YamlShape.OnlyKeys(mapping, "key of 'script'", ["file"], context.Problems);
        if (mapping["file"] is not { } path)
        {
            context.Problems.Error(node.Position, "'script' needs a file", "script: { file: scripts/name.js }");
            return null;
        }
        return context.ReadFile(path) is { } read ? new ScriptSource(read, ((YamlScalar)path).Value) : null;
    }
}
