namespace InboundBridge.Rules.Scripting;

/// <summary>What can be said of a script before it runs. The parser recurses, so depth is bounded before it sees the source.</summary>
public static class ScriptCheck
{
    public const int LongestSource = 256 * 1024;

    /// <summary>Null when the source may be run.</summary>
    public static ScriptError? Problem(ScriptSource source)
    {
        if (source.Text.Length > LongestSource)
            return new ScriptError($"it is longer than {LongestSource / 1024} KB", source.File, 0, 0);
        return string.IsNullOrWhiteSpace(source.Text) ? new ScriptError("it is empty", source.File, 0, 0) : null;
    }
}
