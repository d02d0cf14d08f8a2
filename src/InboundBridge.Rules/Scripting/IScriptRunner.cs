namespace InboundBridge.Rules.Scripting;

/// <summary>Runs one script somewhere it can do no harm: a pool of worker processes, or the worker's loop itself in tests.</summary>
public interface IScriptRunner
{
    /// <summary>Never throws for what a script does; a failure is an answer with <see cref="ScriptAnswer.Error"/>.</summary>
    ValueTask<ScriptAnswer> RunAsync(ScriptRequest request, CancellationToken cancellationToken);
}
