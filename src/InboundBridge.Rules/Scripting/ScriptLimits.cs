namespace InboundBridge.Rules.Scripting;

/// <summary>Configuration <c>scripts</c>.</summary>
public sealed record ScriptLimits
{
    private const int RunsOfAMessage = 20;

    /// <summary>Time of one run by the wall clock.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Octets that a run may add to the worker's heap.</summary>
    public long Memory { get; init; } = 16 * 1024 * 1024;

    public int Statements { get; init; } = 100_000;

    /// <summary>Depth of calls.</summary>
    public int Recursion { get; init; } = 64;

    /// <summary>Time of all runs for one mail. A small script takes less than a millisecond, so a thousand recipients stay below it.</summary>
    public TimeSpan MessageTimeout => Timeout * RunsOfAMessage;
}
