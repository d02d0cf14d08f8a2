using System.Text.RegularExpressions;
using Acornima;
using Acornima.Ast;
using Jint;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// A source, parsed and prepared once for any number of runs. An action and a transform run as the body of a function; a condition runs as
/// a program whose last expression, or whose <c>return</c>, is its value. Where the source uses <c>await</c>, the function is async. The
/// opening of the function is on the source's first line, so that line numbers are unchanged.
/// </summary>
internal sealed partial class ScriptProgram
{
    /// <summary>The name of the source in the engine's positions and stack traces.</summary>
    public const string Name = "script";

    private const string TransformClosing = "\nreturn transform(message); })()";

    private static readonly ScriptPreparationOptions Options =
        new() { ParsingOptions = new ScriptParsingOptions { AllowReturnOutsideFunction = true } };

    private readonly string _opening;

    private readonly ScriptReads? _transform;

    /// <summary>The source and what is appended to it, which calls a transform with the message.</summary>
    private readonly string _text;

    private readonly Dictionary<string, bool> _reached = new(StringComparer.Ordinal);

    private ScriptProgram(Prepared<Script> script, string text, string opening, ScriptReads? transform = null)
    {
        (Prepared, _text, _opening, _transform) = (script, text, opening, transform);
        // Names can be written with escapes, and the global object has all names.
        ReachesAll = text.Contains("\\u", StringComparison.Ordinal) || text.Contains("this", StringComparison.OrdinalIgnoreCase);
    }

    public Prepared<Script> Prepared { get; }

    public ScriptReads Reads => _transform ?? ScriptReadsVisitor.Read(Prepared.Program!);

    private bool ReachesAll { get; }

    /// <summary>
    /// Whether the source can use a global. In doubt it can. The engine compiles no strings, so a global whose name is nowhere in the
    /// source is reached through the global object only.
    /// </summary>
    public bool CanReach(string name)
    {
        if (ReachesAll)
            return true;
        if (!_reached.TryGetValue(name, out var known))
            _reached.Add(name, known = _text.Contains(name, StringComparison.Ordinal));
        return known;
    }

    /// <summary>Must be called on a thread with <see cref="ScriptCheck.StackSize"/>.</summary>
    /// <exception cref="ScriptSyntaxException">
    /// The source is not JavaScript, or a transform without its function. The error has its position in the source's file.
    /// </exception>
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
            var program = Parse(source, opening, closing);
            return purpose == ScriptPurpose.Transform ? AsTransform(program, source) : program;
        }
        catch (ScriptSyntaxException) when (purpose != ScriptPurpose.Transform && Await().IsMatch(source.Text))
        {
            return ParseAsync(source, purpose);
        }
        catch (ScriptSyntaxException) when (opening.Length > 0)
        {
            // Parsed alone, the source gives an error about what the operator wrote, not about the function around it.
            Parse(source, string.Empty, string.Empty);
            throw;
        }
    }

    private static ScriptProgram AsTransform(ScriptProgram program, ScriptSource source) =>
        TransformShape.ReadsOf(program.Prepared.Program!) is { } reads
            ? new ScriptProgram(program.Prepared, program._text, program._opening, reads)
            : throw new ScriptSyntaxException(new ScriptError(
                $"there is no function {TransformShape.Function}(message)", source.File, source.Line, source.Column));

    /// <summary>Converts a position of the engine, which counts lines from 1 and columns from 0, to one in the source's file.</summary>
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
                // It is not a single expression, so it must be statements with a return.
            }
        }
        return Parse(source, "(async function () { ", "\n})()");
    }

    private static ScriptProgram Parse(ScriptSource source, string opening, string closing)
    {
        try
        {
            return new ScriptProgram(
                Engine.PrepareScript(opening + source.Text + closing, Name, strict: true, Options), source.Text + closing, opening);
        }
        catch (ScriptPreparationException exception)
        {
            if (exception.InnerException is not ParseErrorException error)
                throw new ScriptSyntaxException(
                    new ScriptError(exception.InnerException?.Message ?? exception.Message, source.File, source.Line, source.Column));
            var (line, column) = PlaceOf(source, opening, error.LineNumber, error.Column);
            throw new ScriptSyntaxException(new ScriptError(error.Description ?? error.Message, source.File, line, column));
        }
    }

    private static (int Line, int Column) PlaceOf(ScriptSource source, string opening, int line, int column) =>
        source.PlaceOf(line, line <= 1 ? column - opening.Length : column);

    [GeneratedRegex(@"\bawait\b", RegexOptions.NonBacktracking)]
    private static partial Regex Await();
}
