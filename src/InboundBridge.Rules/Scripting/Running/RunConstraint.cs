using System.Diagnostics;
using Jint;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// Limits statements and time of one run. The engine's own constraints are reset whenever the engine is entered, so
/// that promises could extend them; this one is not. A call of a library function is a single statement: the worker's
/// watch on time and memory ends a run that stays inside one.
/// </summary>
internal sealed class RunConstraint(ScriptLimits limits) : Constraint
{
    private readonly long _end = Stopwatch.GetTimestamp() + (long)(limits.Timeout.TotalSeconds * Stopwatch.Frequency);
    private int _statements;

    /// <exception cref="ScriptLimitException">The run is over.</exception>
    public override void Check()
    {
        if (++_statements > limits.Statements)
            throw new ScriptLimitException("it ran too many statements");
        if (Stopwatch.GetTimestamp() > _end)
            throw new ScriptLimitException("it took too long");
    }

    public override void Reset()
    {
        // The limits hold for the whole run.
    }
}
