namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// The watch over one run. Either the script ends first and no alarm is raised, or the alarm is raised and the script has failed: never
/// both.
/// </summary>
/// <param name="octets">Returns the heap's size; called with true, it collects garbage first.</param>
/// <param name="alarm">Called with what went wrong.</param>
internal sealed class RunWatch(
    ScriptSource script, ScriptLimits limits, TimeProvider clock, Func<bool, long> octets, Action<ScriptSource, string> alarm)
{
    /// <summary>Time beyond the script's own limit, which ends it at its next statement.</summary>
    internal static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(150);

    private readonly long _began = clock.GetTimestamp();
    private readonly long _most = octets(false) + limits.Memory;
    private int _isDecided;

    /// <summary>The script has ended. False when the alarm was raised first.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isDecided, 1) == 0;

    public void Look()
    {
        if (clock.GetElapsedTime(_began) > limits.Timeout + Slack && TryEnd())
            alarm(script, "it took too long");
        // Garbage counts until it is collected, so garbage is collected before the alarm is raised. Meanwhile the script may end.
        else if (octets(false) > _most && octets(true) > _most && TryEnd())
            alarm(script, "it used too much memory");
    }
}
