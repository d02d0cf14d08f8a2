using InboundBridge.Rules.Scripting.Running;

namespace InboundBridge.Rules.Scripting;

/// <summary>
/// A file with <c>function transform(message)</c>, which makes the request of a webhook. It is read and checked once for a configuration,
/// and runs for each attempt in the workers that run the scripts of rules, under the same limits.
/// </summary>
public sealed class TransformScript
{
    private readonly ScriptSource _source;

    private TransformScript(ScriptSource source) => _source = source;

    public string Text => _source.Text;

    /// <summary>The file as errors name it.</summary>
    public string File => _source.File;

    /// <summary>What is wrong is in the error, with its place in the file; then there is no script.</summary>
    public static (TransformScript? Script, ScriptError? Problem) Read(string text, string file)
    {
        var (source, problem) = ScriptCheck.Examine(new ScriptSource(text, file), ScriptPurpose.Transform);
        return problem is null ? (new TransformScript(source), null) : (null, problem);
    }

    /// <summary>One run. The script is charged to no mail's account: its delivery waits for it, and no other does.</summary>
    /// <param name="messageJson">
    /// UTF-8: the object <c>data</c> of the native payload. What exceeds the limits of scripts is cut and named.
    /// </param>
    /// <param name="recipient">Becomes <c>message.recipient</c>.</param>
    public ValueTask<ScriptAnswer> RunAsync(
        IScriptRunner runner, ReadOnlyMemory<byte> messageJson, string recipient, IReadOnlyDictionary<string, string> vars,
        CancellationToken cancellationToken)
    {
        var mail = ScriptMail.From(messageJson);
        return runner.RunAsync(
            new ScriptRequest(_source, ScriptPurpose.Transform, mail.Show(_source.Reads), recipient, vars), cancellationToken);
    }
}
