using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.Yaml;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// One run of a script, in an engine of its own, so that no change survives the run. The script can reach no .NET object except functions
/// without properties, and values cross only as copies of data. Must be called on a thread with <see cref="ScriptCheck.StackSize"/>.
/// </summary>
internal sealed class ScriptEngine : IDisposable
{
    /// <summary>Nothing completes a promise from outside, so a promise that is pending when all jobs are done is not waited for.</summary>
    private static readonly CancellationToken NoWaiting = new(canceled: true);

    private readonly ScriptRequest _request;
    private readonly ScriptProgram _program;
    private readonly Engine _engine;
    private readonly ScriptGlobals _globals;
    private readonly ScriptCopy _copy = new();
    private readonly Dictionary<JsValue, JsValue> _unhandled = [];

    private ScriptEngine(ScriptRequest request, ScriptProgram program, JsonElement message, ScriptLimits limits,
        IReadOnlyList<string> deliveries)
    {
        (_request, _program) = (request, program);
        _engine = new Engine(options =>
        {
            options.Strict().DisableStringCompilation().LimitRecursion(limits.Recursion).Constraint(new RunConstraint(limits));
            options.Constraints.RegexTimeout = limits.Timeout;
            // The limit on recursion counts function calls only; coercions, proxies and getters can recurse as well.
            options.Constraints.StackOverflowGuard = true;
            options.Constraints.MaxArraySize = (uint)Math.Clamp(limits.Memory / 8, 1, int.MaxValue);
            (options.TimeSystem, options.TimeZone, options.Culture) = (NoClock.Instance, TimeZoneInfo.Utc, CultureInfo.InvariantCulture);
        });
        _engine.Advanced.PromiseRejectionTracker += (_, rejection) => Track(rejection);
        _globals = new ScriptGlobals(_engine, request, program, _copy, deliveries);
        _globals.Provide(message);
    }

    /// <param name="deliveries">Names of the calls that deliver: the kinds of destination.</param>
    public static ScriptAnswer Run(ScriptRequest request, ScriptLimits limits, IReadOnlyList<string> deliveries)
    {
        using var message = JsonDocument.Parse(request.MessageJson);
        return Run(request, message.RootElement, limits, new ScriptProgramCache(), deliveries);
    }

    /// <param name="message">The parsed <see cref="ScriptRequest.MessageJson"/>.</param>
    /// <param name="deliveries">Names of the calls that deliver: the kinds of destination.</param>
    public static ScriptAnswer Run(
        ScriptRequest request, JsonElement message, ScriptLimits limits, ScriptProgramCache programs, IReadOnlyList<string> deliveries)
    {
        if (request.Source.Text.Length > ScriptCheck.LongestSource)
            return ScriptAnswer.Failed(request.Source, "the script is too long");
        try
        {
            using var engine = new ScriptEngine(request, programs.Get(request.Source, request.Purpose), message, limits, deliveries);
            return engine.Run();
        }
        catch (ScriptSyntaxException exception)
        {
            return new ScriptAnswer(null, [], [], exception.Error);
        }
    }

    public void Dispose() => _engine.Dispose();

    private ScriptAnswer Run()
    {
        try
        {
            var value = _engine.Evaluate(_program.Prepared);
            if (value.IsPromise())
                value = value.UnwrapIfPromise(NoWaiting);
            foreach (var reason in _unhandled.Values)
                return Fail($"a promise was rejected and nobody caught it: {_copy.ErrorText(reason)}", null);
            return new ScriptAnswer(_copy.ToJson(value), _globals.Effects, _globals.Log, null) { Places = _globals.Places };
        }
        catch (Exception exception)
        {
            // On hostile input the engine throws exceptions of its own bugs. They are failures of the script like any other.
            return Fail(exception);
        }
    }

    private ScriptAnswer Fail(Exception exception)
    {
        var answer = Fail(exception switch
        {
            JavaScriptException thrown => ErrorText(thrown.Error),
            PromiseRejectedException rejected => ErrorText(rejected.RejectedValue),
            ScriptLimitException or ScriptValueException => exception.Message,
            RecursionDepthOverflowException or InsufficientExecutionStackException => "its calls nest too deep",
            MemoryLimitExceededException => "an array is too large",
            RegexMatchTimeoutException => "a regular expression took too long",
            OperationCanceledException => "it waits for a promise that nothing will fulfil",
            OutOfMemoryException => "it used too much memory",
            _ => $"the engine failed: {exception.GetType().Name}: {exception.Message}",
        }, exception);
        return answer with { IsLast = exception is OutOfMemoryException };
    }

    private ScriptAnswer Fail(string text, Exception? exception)
    {
        var (line, column) = exception is not null && JintException.TryGetJavaScriptLocation(exception, out var location)
            ? _program.PlaceOf(_request.Source, location.Start.Line, location.Start.Column)
            : _globals.CurrentPlace() ?? (0, 0);
        return new ScriptAnswer(null, [], _globals.Log,
            new ScriptError(ShownText.Cut(text.ReplaceLineEndings(" ")), _request.Source.File, line, column));
    }

    private string ErrorText(JsValue thrown)
    {
        try
        {
            return _copy.ErrorText(thrown);
        }
        catch (ScriptValueException exception)
        {
            return $"what was thrown can't be shown: {exception.Message}";
        }
    }

    private void Track(PromiseRejectionTrackerEventArgs rejection)
    {
        if (rejection.Operation == Jint.Native.Promise.PromiseRejectionOperation.Handle)
            _unhandled.Remove(rejection.Promise);
        else
            _unhandled[rejection.Promise] = rejection.Value ?? JsValue.Undefined;
    }
}
