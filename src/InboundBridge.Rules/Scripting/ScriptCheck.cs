using System.Text.RegularExpressions;
using Jint.Parser;

namespace InboundBridge.Rules.Scripting;

/// <summary>What can be said of a script before it runs: its size, and its syntax with line and column.</summary>
public static partial class ScriptCheck
{
    /// <summary>Characters. A script that is one long chain of operators recurses once for each; <see cref="StackSize"/> holds that many.</summary>
    public const int LongestSource = 64 * 1024;

    /// <summary>Octets of stack for parsing and running. Only what is used becomes memory. The engine recurses with the depth of the source, and nothing catches an overflow.</summary>
    internal const int StackSize = 512 * 1024 * 1024;

    /// <summary>Null when the source may be run.</summary>
    public static ScriptError? Problem(ScriptSource source, ScriptPurpose purpose = ScriptPurpose.Action)
    {
        if (source.Text.Length > LongestSource)
            return new ScriptError($"it is longer than {LongestSource / 1024} KB", source.File, 0, 0);
        if (string.IsNullOrWhiteSpace(source.Text))
            return new ScriptError("it is empty", source.File, 0, 0);
        ScriptError? problem = null;
        var thread = new Thread(() => problem = SyntaxProblem(source, purpose), StackSize);
        thread.Start();
        thread.Join();
        return problem;
    }

    /// <summary>To be called on a thread with <see cref="StackSize"/>.</summary>
    internal static ScriptError? SyntaxProblem(ScriptSource source, ScriptPurpose purpose)
    {
        var program = new ScriptProgram(source, purpose);
        try
        {
            program.Parse();
            return null;
        }
        catch (ParserException exception)
        {
            return FromParser(exception, source, program);
        }
    }

    internal static ScriptError FromParser(ParserException exception, ScriptSource source, ScriptProgram program)
    {
        var hint = Modern().IsMatch(source.Text) ? " (the engine speaks ECMAScript 5.1: var and function instead of let, const, =>, ` and ?.)" : string.Empty;
        var (line, column) = program.Position(exception.LineNumber, Math.Max(0, exception.Column - 1));
        return new ScriptError($"{exception.Description ?? exception.Message}{hint}", source.File, line, column);
    }

    [GeneratedRegex(@"=>|\b(?:let|const|class|async|await)\b|`|\?\.|\?\?|\.\.\.", RegexOptions.NonBacktracking)]
    private static partial Regex Modern();
}
