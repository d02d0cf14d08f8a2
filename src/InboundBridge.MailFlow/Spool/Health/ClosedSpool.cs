using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Health;

/// <summary>What a spool says while it can't be opened.</summary>
/// <param name="Condition">Which refusal new mail gets.</param>
/// <param name="ClaimLifetime">That of the store that will be open.</param>
/// <param name="Interval">Between two tries.</param>
/// <param name="Why">For people who may not be ours: no address, no name.</param>
internal sealed record ClosedSpool(SpoolCondition Condition, TimeSpan ClaimLifetime, TimeSpan Interval, string Why)
{
    /// <summary>Several nodes have it: claims expire.</summary>
    public bool IsShared => ClaimLifetime != Timeout.InfiniteTimeSpan;

    /// <summary>The same while the first try is under way.</summary>
    public string WhyAtFirst { get; init; } = Why;

    /// <summary>Is told of a fault that waiting alone will hardly end.</summary>
    public required Action<Exception> Failed { get; init; }

    /// <summary>Is told when it is open after all: after how many seconds, and how many tries that failed.</summary>
    public Action<double, int>? Opened { get; init; }
}
