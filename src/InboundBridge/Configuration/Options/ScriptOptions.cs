namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>scripts</c>: limits of one run of a script.</summary>
internal sealed record ScriptOptions
{
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Octets.</summary>
    public long Memory { get; init; } = 16L * 1024 * 1024;

    public int Statements { get; init; } = 100_000;

    public int Recursion { get; init; } = 64;
}
