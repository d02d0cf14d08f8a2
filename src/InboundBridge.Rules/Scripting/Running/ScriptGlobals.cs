using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Text;
using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// Defines the globals of a script: the message, the vars, the calls that decide, and a log. Removes those that scripts must not have.
/// </summary>
internal sealed partial class ScriptGlobals(Engine engine, ScriptRequest request, ScriptProgram program, ScriptCopy copy,
    IReadOnlyList<string> deliveries)
{
    private const int MostEffects = 100;
    private const int MostLogLines = 100;
    private const int LongestLogLine = 1000;

    /// <summary>The calls besides those that deliver.</summary>
    private static readonly string[] Calls = ["reject", "defer", "discard", "hold", "tag", "set", "addHeader"];

    /// <summary>
    /// Globals that scripts must not have: tools of threads can block and share memory, another realm escapes our limits, weak references
    /// reveal garbage collection, and the others reveal the time or the machine's language.
    /// </summary>
    private static readonly string[] Removed = ["Atomics", "SharedArrayBuffer", "ShadowRealm", "WeakRef", "FinalizationRegistry",
        "Temporal", "Intl"];

    public List<JsonArray> Effects { get; } = [];

    public List<(int Line, int Column)> Places { get; } = [];

    public List<string> Log { get; } = [];

    /// <summary>Only the globals that the script can reach: to make all takes longer than to run a small script.</summary>
    public void Provide(JsonElement message)
    {
        foreach (var name in Removed.Where(program.CanReach))
            engine.Global.Delete(name);
        // Read-only, but configurable: a script may declare a constant of the same name.
        if (program.CanReach("message"))
            engine.Advanced.AddLazyGlobal("message", (Message: message, request.Recipient),
                static (engine, state) =>
                    MessageValues.Message(engine, state.Message, state.Recipient), PropertyFlag.Enumerable | PropertyFlag.Configurable);
        if (program.CanReach("vars"))
            engine.Advanced.AddLazyGlobal("vars", request.Vars, static (engine, vars) =>
                MessageValues.Texts(engine, vars), PropertyFlag.Enumerable | PropertyFlag.Configurable);
        foreach (var name in deliveries.Concat(Calls).Where(program.CanReach))
            engine.Advanced.AddLazyGlobal(name, (Owner: this, Name: name), static (_, state) =>
                state.Owner.Function(state.Name, arguments => state.Owner.Effect(state.Name, arguments)),
                PropertyFlag.Enumerable | PropertyFlag.Configurable);
        if (program.CanReach("log"))
            engine.Advanced.AddLazyGlobal("log", this, static (_, owner) =>
                owner.Function("log", owner.WriteLog), PropertyFlag.Enumerable | PropertyFlag.Configurable);
        if (program.CanReach("console"))
            engine.Advanced.AddLazyGlobal("console", this, static (_, owner) =>
                owner.Console(), PropertyFlag.Enumerable | PropertyFlag.Configurable);
        if (program.CanReach("Math"))
            engine.Advanced.AddLazyGlobal("Math", (Owner: this, Original: engine.Global.GetOwnProperty("Math")), static (_, state) =>
                state.Owner.WithoutRandom(state.Original.Value),
                PropertyFlag.Configurable | PropertyFlag.Writable);
    }

    /// <summary>The position that the script has reached; null before it begins.</summary>
    public (int Line, int Column)? CurrentPlace()
    {
        var match = Frame().Match(engine.Advanced.StackTrace);
        return match.Success
            ? program.PlaceOf(request.Source, int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture),
                int.Parse(match.Groups["column"].ValueSpan, CultureInfo.InvariantCulture) - 1)
            : null;
    }

    private ClrFunction Function(string name, Func<JsValue[], JsValue> body) =>
        new(engine, name, (_, arguments) => body(arguments), 0, PropertyFlag.AllForbidden);

    private JsValue WithoutRandom(JsValue math)
    {
        var random = Function("random", _ => throw new ScriptLimitException("there is no chance here: use a sample condition"));
        math.AsObject().FastSetProperty("random", new PropertyDescriptor(random, writable: true, enumerable: false, configurable: true));
        return math;
    }

    private JsObject Console()
    {
        var console = new JsObject(engine);
        foreach (var level in new[] { "log", "info", "warn", "error", "debug" })
            console.FastSetProperty(level, new PropertyDescriptor(Function(level, WriteLog), PropertyFlag.OnlyEnumerable));
        return console;
    }

    private JsValue Effect(string name, JsValue[] arguments)
    {
        if (request.Purpose != ScriptPurpose.Action)
            throw new ScriptValueException($"{name}() can be called in an action only");
        if (Effects.Count == MostEffects)
            throw new ScriptValueException($"it calls more than {MostEffects} actions");
        Places.Add(CurrentPlace() ?? default);
        Effects.Add([name, .. arguments.Take(3).Select(copy.ToJson)]);
        return JsValue.Undefined;
    }

    private JsValue WriteLog(JsValue[] arguments)
    {
        if (Log.Count > MostLogLines)
            return JsValue.Undefined;
        // A copier of its own: log lines do not count against the limits of the script's values.
        var text = new ScriptCopy();
        var line = string.Join(' ', arguments.Take(10).Select(text.ToLogText)).ReplaceLineEndings(" ");
        Log.Add(Log.Count == MostLogLines ? "… more is not logged" : CutText.ThenEllipsis(line, LongestLogLine));
        return JsValue.Undefined;
    }

    [GeneratedRegex(@"\b" + ScriptProgram.Name + @":(?<line>\d+):(?<column>\d+)", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Frame();
}
