namespace InboundBridge.Rules.Scripting.Running;

/// <summary>What can be said of a script before it runs: its size, its syntax with line and column, and what it reads.</summary>
public static class ScriptCheck
{
    /// <summary>Characters. A script that is one long chain of operators recurses once for each; <see cref="StackSize"/> holds that many.</summary>
    public const int LongestSource = 64 * 1024;

    /// <summary>Octets of stack for parsing and running. Only what is used becomes memory. The parser recurses with the depth of the source, and nothing catches an overflow.</summary>
    internal const int StackSize = 512 * 1024 * 1024;

    /// <summary>Null when the source may be run.</summary>
    public static ScriptError? Problem(ScriptSource source, ScriptPurpose purpose = ScriptPurpose.Action) => Examine(source, purpose).Problem;

    /// <summary>What is wrong with the source, or the same source with what it reads.</summary>
    public static (ScriptSource Source, ScriptError? Problem) Examine(ScriptSource source, ScriptPurpose purpose)
    {
        if (source.Text.Length > LongestSource)
            return (source, new ScriptError($"it is longer than {LongestSource / 1024} KB", source.File, 0, 0));
        if (string.IsNullOrWhiteSpace(source.Text))
            return (source, new ScriptError("it is empty", source.File, 0, 0));
        var examined = (source, default(ScriptError));
        var thread = new Thread(() => examined = ExamineSyntax(source, purpose), StackSize);
        thread.Start();
        thread.Join();
        return examined;
    }

    private static (ScriptSource Source, ScriptError? Problem) ExamineSyntax(ScriptSource source, ScriptPurpose purpose)
    {
        try
        {
            return (source with { Reads = ScriptProgram.Parse(source, purpose).Reads }, null);
        }
        catch (ScriptSyntaxException exception)
        {
            return (source, exception.Error);
        }
    }
}
