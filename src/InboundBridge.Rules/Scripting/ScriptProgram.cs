using Jint.Parser;

namespace InboundBridge.Rules.Scripting;

/// <summary>
/// A source as the engine runs it. An action, a transform, and a condition with a <c>return</c> of its own are bodies of a function; any other condition is a
/// program whose last expression is its value. What is put around the source stands on its first line, so that lines stay what they are.
/// </summary>
internal sealed class ScriptProgram(ScriptSource source, ScriptPurpose purpose)
{
    private const string Opening = "(function () { ";
    private const string Closing = "\n})()";
    private const string TransformClosing = "\nreturn transform(message); })()";

    private bool _isBody = purpose != ScriptPurpose.Condition;

    /// <summary>To be called on a thread with <see cref="ScriptCheck.StackSize"/>.</summary>
    /// <exception cref="ParserException">With a place that <see cref="Position"/> translates.</exception>
    public Jint.Parser.Ast.Program Parse()
    {
        try
        {
            return ParseOnce();
        }
        catch (ParserException exception) when (!_isBody && exception.Message.Contains("return", StringComparison.OrdinalIgnoreCase))
        {
            _isBody = true;
            return ParseOnce();
        }
    }

    /// <summary>Line and column in the file, from the parser's, which count lines from 1 and columns from 0.</summary>
    public (int Line, int Column) Position(int line, int column)
    {
        if (line <= 1 && _isBody)
            column = Math.Max(0, column - Opening.Length);
        var last = source.Text.AsSpan().Count('\n') + 1;
        return (Math.Clamp(line, 1, last) + source.Line - 1, column + 1);
    }

    private Jint.Parser.Ast.Program ParseOnce()
    {
        var text = !_isBody ? source.Text : Opening + source.Text + (purpose == ScriptPurpose.Transform ? TransformClosing : Closing);
        return new JavaScriptParser(strict: true).Parse(text, new ParserOptions { Source = source.File });
    }
}
