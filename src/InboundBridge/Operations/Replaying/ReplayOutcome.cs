using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Replaying;

/// <summary>The outcome of a replay.</summary>
internal abstract record ReplayOutcome
{
    private ReplayOutcome()
    {
    }

    /// <param name="Refusals">The replies for the recipients that the rules would refuse.</param>
    internal sealed record Planned(IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<string> Refusals) : ReplayOutcome;

    internal sealed record Sent(int Count, IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<string> Refusals) : ReplayOutcome;

    /// <summary>There is no such message.</summary>
    internal sealed record Unknown : ReplayOutcome;

    /// <summary>The plan contradicts itself or names a destination that does not exist.</summary>
    internal sealed record Invalid(string Problem) : ReplayOutcome;

    /// <summary>There is nothing to send, or nowhere to send it.</summary>
    internal sealed record Refused(string Reason) : ReplayOutcome;
}
