namespace InboundBridge.Rules.Scripting;

/// <summary>Runs scripts where they can do no harm: in a pool of worker processes, or in the worker's loop itself in tests.</summary>
public interface IScriptRunner
{
    /// <summary>Whatever the script does, this does not throw: a failure is an answer with an <see cref="ScriptAnswer.Error"/>.</summary>
    ValueTask<ScriptAnswer> RunAsync(ScriptRequest request, CancellationToken cancellationToken);
}
