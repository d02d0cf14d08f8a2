using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Parser;
using Jint.Runtime;
using Jint.Runtime.Interop;

namespace InboundBridge.Rules.Scripting;

/// <summary>
/// The one class that knows the engine. A fresh engine for each run, so nothing a script changes outlives it; nothing of .NET inside it but functions without
/// properties; values cross as copies of data. To be called on a thread with <see cref="ScriptCheck.StackSize"/>.
/// </summary>
internal sealed class ScriptEngine
{
    private const int MostEffects = 100;
    private const int MostLogLines = 100;
    private const int LongestLogLine = 1000;

    private static readonly Lazy<Jint.Parser.Ast.Program> Prelude = new(() => new JavaScriptParser().Parse(ScriptPrelude.Source));
    private static readonly string[] Calls = ["webhook", "lmtp", "relay", "reject", "defer", "discard", "hold", "tag", "set", "addHeader"];

    private readonly ScriptRequest _request;
    private readonly ScriptProgram _program;
    private readonly Engine _engine;
    private readonly List<JsonArray> _effects = [];
    private readonly List<int> _lines = [];
    private readonly List<string> _log = [];

    private ScriptEngine(ScriptRequest request, ScriptLimits limits)
    {
        _request = request;
        _program = new ScriptProgram(request.Source, request.Purpose);
        _engine = new Engine(options => options
            .Strict()
            .LimitRecursion(limits.Recursion)
            .MaxStatements(limits.Statements)
            .TimeoutInterval(limits.Timeout));
    }

    public static ScriptAnswer Run(ScriptRequest request, ScriptLimits limits)
    {
        if (request.Source.Text.Length > ScriptCheck.LongestSource)
            return new ScriptAnswer(null, [], [], new ScriptError("the script is too long", request.Source.File, 0, 0));
        return new ScriptEngine(request, limits).Run();
    }

    private ScriptAnswer Run()
    {
        try
        {
            var program = _program.Parse();
            // The prelude and the message are ours: they don't count against the script's limits, which start anew with each Execute.
            _engine.Execute(Prelude.Value);
            Provide();
            var value = _engine.Execute(program).GetCompletionValue();
            return new ScriptAnswer(ScriptValue.ToJson(value), _effects, _log, null) { Lines = _lines };
        }
        catch (ParserException exception)
        {
            return Fail(ScriptCheck.FromParser(exception, _request.Source, _program));
        }
        catch (JavaScriptException exception)
        {
            var (line, column) = _program.Position(exception.LineNumber, exception.Column);
            return Fail(new ScriptError(Facts.FactText.Cut(Message(exception)), _request.Source.File, line, column));
        }
        catch (StatementsCountOverflowException)
        {
            return Fail("it ran too many statements");
        }
        catch (RecursionDepthOverflowException)
        {
            return Fail("its calls nest too deep");
        }
        catch (RegexMatchTimeoutException)
        {
            return Fail("a regular expression took too long");
        }
        catch (TimeoutException)
        {
            return Fail("it took too long");
        }
        catch (Exception exception) when (exception is ScriptValueException or InvalidOperationException or ArgumentException or NotSupportedException
            or OutOfMemoryException or NullReferenceException or InvalidCastException or IndexOutOfRangeException or OverflowException or KeyNotFoundException)
        {
            // The engine lets slips of its own through on hostile input; to the server they are failures of the script like any other.
            return Fail(exception is ScriptValueException ? exception.Message : $"the engine failed: {exception.GetType().Name}: {Facts.FactText.Cut(exception.Message)}");
        }
    }

    private ScriptAnswer Fail(string text)
    {
        var location = _engine.GetLastSyntaxNode()?.Location;
        var (line, column) = location is null ? (0, 0) : _program.Position(location.Start.Line, location.Start.Column);
        return Fail(new ScriptError(text, _request.Source.File, line, column));
    }

    private ScriptAnswer Fail(ScriptError error) => new(null, [], _log, error);

    private void Provide()
    {
        using var message = JsonDocument.Parse(_request.MessageJson, new JsonDocumentOptions { MaxDepth = 64 });
        var shown = ScriptValue.FromJson(message.RootElement, _engine, emptyTexts: true);
        if (shown.IsObject())
        {
            AddAlias(shown.AsObject(), "sender", message.RootElement.TryGetProperty("envelope", out var envelope) && envelope.TryGetProperty("sender", out var sender)
                ? sender.GetString() ?? string.Empty
                : string.Empty);
            AddAlias(shown.AsObject(), "recipient", _request.Recipient);
            shown.AsObject().Extensible = false;
        }
        Global("message", shown);
        var vars = _engine.Object.Construct(Arguments.Empty);
        foreach (var (name, value) in _request.Vars)
            vars.FastAddProperty(name, new JsValue(value), writable: false, enumerable: true, configurable: false);
        vars.Extensible = false;
        Global("vars", vars);
        foreach (var name in Calls)
            Global(name, new ClrFunctionInstance(_engine, (_, arguments) => Effect(name, arguments)));
        var log = new ClrFunctionInstance(_engine, (_, arguments) => Log(arguments));
        Global("log", log);
        var console = _engine.Object.Construct(Arguments.Empty);
        foreach (var level in new[] { "log", "info", "warn", "error", "debug" })
            console.FastAddProperty(level, log, writable: false, enumerable: true, configurable: false);
        Global("console", console);
    }

    private void Global(string name, JsValue value) => _engine.Global.FastAddProperty(name, value, writable: false, enumerable: true, configurable: false);

    private static void AddAlias(ObjectInstance message, string name, string value)
    {
        if (!message.HasOwnProperty(name))
            message.FastAddProperty(name, new JsValue(value), writable: false, enumerable: true, configurable: false);
    }

    private JsValue Effect(string name, JsValue[] arguments)
    {
        if (_request.Purpose != ScriptPurpose.Action)
            throw new ScriptValueException($"{name}() can be called in an action only");
        if (_effects.Count == MostEffects)
            throw new ScriptValueException($"it calls more than {MostEffects} actions");
        var call = _engine.GetLastSyntaxNode()?.Location;
        _lines.Add(call is null ? 0 : _program.Position(call.Start.Line, call.Start.Column).Line);
        _effects.Add([name, .. arguments.Take(3).Select(ScriptValue.ToJson)]);
        return JsValue.Undefined;
    }

    private JsValue Log(JsValue[] arguments)
    {
        if (_log.Count > MostLogLines)
            return JsValue.Undefined;
        var line = string.Join(' ', arguments.Take(10).Select(ScriptValue.ToLogText)).ReplaceLineEndings(" ");
        _log.Add(_log.Count == MostLogLines ? "… more is not logged" : line.Length <= LongestLogLine ? line : line[..LongestLogLine] + "…");
        return JsValue.Undefined;
    }

    /// <summary>A thrown object's own texts only: asking it to describe itself would run its code once more.</summary>
    private static string Message(JavaScriptException exception)
    {
        if (!exception.Error.IsObject())
            return ScriptValue.ToLogText(exception.Error);
        var message = ScriptValue.OwnText(exception.Error.AsObject(), "message") ?? exception.Message;
        var name = ScriptValue.OwnText(exception.Error.AsObject().Prototype, "name");
        return name is null ? message : $"{name}: {message}";
    }
}
