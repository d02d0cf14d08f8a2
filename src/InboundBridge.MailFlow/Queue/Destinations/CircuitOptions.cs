namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>Configuration <c>circuit</c>.</summary>
public sealed record CircuitOptions
{
    /// <summary>Failures of the destination itself, in a row and within <see cref="Window"/>, that open the circuit.</summary>
    public int Failures { get; init; } = 10;

    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the destination is probed while the circuit is open.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(15);
}
