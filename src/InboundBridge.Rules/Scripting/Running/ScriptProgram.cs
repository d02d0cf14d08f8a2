using System.Text.RegularExpressions;
using Acornima;
using Acornima.Ast;
using Jint;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// A source as the engine runs it, parsed and prepared once for any number of runs. An action and a transform are bodies of a function; a condition is a
/// program whose last expression, or whose <c>return</c>, is its value. Where the source awaits something, the function is an async one. What is put around
/// the source stands on its first line, so that lines stay what they are.
/// </summary>
internal sealed partial class ScriptProgram
{
    /// <summary>What the engine calls the source in positions and stack traces.</summary>
    public const string Name = "script";

    private const string TransformClosing = "\nreturn transform(message); })()";

    private static readonly ScriptPreparationOptions Options = new() { ParsingOptions = new ScriptParsingOptions { AllowReturnOutsideFunction = true } };

    private readonly string _opening;

    private ScriptProgram(Prepared<Script> script, string opening) => (Prepared, _opening) = (script, opening);

    public Prepared<Script> Prepared { get; }

    public ScriptReads Reads => ScriptReadsVisitor.Read(Prepared.Program!);

    /// <summary>To be called on a thread with <see cref="ScriptCheck.StackSize"/>.</summary>
    /// <exception cref="ScriptSyntaxException">With the place in the source's file.</exception>
    public static ScriptProgram Parse(ScriptSource source, ScriptPurpose purpose)
    {
        var (opening, closing) = purpose switch
        {
            ScriptPurpose.Condition => (string.Empty, string.Empty),
            ScriptPurpose.Action => ("(function () { ", "\n})()"),
            _ => ("(function () { ", TransformClosing),
        };
        try
        {
            return Parse(source, opening, closing);
        }
        catch (ScriptSyntaxException) when (purpose != ScriptPurpose.Transform && Await().IsMatch(source.Text))
        {
            return ParseAsync(source, purpose);
        }
        catch (ScriptSyntaxException) when (opening.Length > 0)
        {
            // What is wrong with the source alone is what the operator wrote: no word of what we put around it.
            Parse(source, string.Empty, string.Empty);
            throw;
        }
    }

    /// <summary>The place in the source's file, from the engine's, which counts lines from 1 and columns from 0.</summary>
    public (int Line, int Column) PlaceOf(ScriptSource source, int line, int column) => PlaceOf(source, _opening, line, column);

    private static ScriptProgram ParseAsync(ScriptSource source, ScriptPurpose purpose)
    {
        if (purpose == ScriptPurpose.Condition)
        {
            try
            {
                return Parse(source, "(async () => (", "\n))()");
            }
            catch (ScriptSyntaxException)
            {
                // Not a single expression: statements, then, of which one returns.
            }
        }
        return Parse(source, "(async function () { ", "\n})()");
    }

    private static ScriptProgram Parse(ScriptSource source, string opening, string closing)
    {
        try
        {
            return new ScriptProgram(Engine.PrepareScript(opening + source.Text + closing, Name, strict: true, Options), opening);
        }
        catch (ScriptPreparationException exception)
        {
            if (exception.InnerException is not ParseErrorException error)
                throw new ScriptSyntaxException(new ScriptError(exception.InnerException?.Message ?? exception.Message, source.File, source.Line, source.Column));
            var (line, column) = PlaceOf(source, opening, error.LineNumber, error.Column);
            throw new ScriptSyntaxException(new ScriptError(error.Description ?? error.Message, source.File, line, column));
        }
    }

    private static (int Line, int Column) PlaceOf(ScriptSource source, string opening, int line, int column) =>
        source.PlaceOf(line, line <= 1 ? column - opening.Length : column);

    [GeneratedRegex(@"\bawait\b", RegexOptions.NonBacktracking)]
    private static partial Regex Await();
}
