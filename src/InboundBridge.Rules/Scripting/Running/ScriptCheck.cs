namespace InboundBridge.Rules.Scripting.Running;

/// <summary>Checks a script before it runs: its size and its syntax. Finds out what it reads.</summary>
public static class ScriptCheck
{
    /// <summary>
    /// Characters. The parser recurses once for each operator of a chain; <see cref="StackSize"/> is enough for that many.
    /// </summary>
    public const int LongestSource = 64 * 1024;

    /// <summary>
    /// Octets of stack for parsing and running; only pages that are used take memory. The parser recurses with the depth of the source, and
    /// nothing can catch a stack overflow.
    /// </summary>
    internal const int StackSize = 512 * 1024 * 1024;

    /// <summary>What is wrong with the source; null when it may run.</summary>
    public static ScriptError? Problem(ScriptSource source, ScriptPurpose purpose = ScriptPurpose.Action) =>
        Examine(source, purpose).Problem;

    /// <summary>The source together with what it reads, or what is wrong with it.</summary>
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
