namespace InboundBridge.Rules.Scripting;

/// <summary>The limits of configuration <c>scripts</c>.</summary>
public sealed record ScriptLimits
{
    private const int RunsOfAMessage = 20;

    /// <summary>Elapsed time of one run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Octets that a run may add to the worker's heap.</summary>
    public long Memory { get; init; } = 16 * 1024 * 1024;

    public int Statements { get; init; } = 100_000;

    /// <summary>Nested function calls.</summary>
    public int Recursion { get; init; } = 64;

    /// <summary>
    /// Elapsed time of all runs for one mail. A small script takes less than a millisecond, so a thousand recipients stay below the limit.
    /// </summary>
    public TimeSpan MessageTimeout => Timeout * RunsOfAMessage;
}
