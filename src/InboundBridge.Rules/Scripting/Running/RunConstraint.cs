using System.Diagnostics;
using InboundBridge.Rules.Scripting.Workers;
using Jint;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// Statements and time of one run. The engine's own constraints begin anew whenever it is entered, so that promises would extend them; this one does not.
/// A call into the engine's library is no statement: <see cref="RunWatch"/> ends what stays inside one.
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
        // The limits are those of the whole run.
    }
}
