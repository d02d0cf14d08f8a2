using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Replaying;

/// <summary>What became of a replay.</summary>
internal abstract record ReplayOutcome
{
    private ReplayOutcome()
    {
    }

    /// <param name="Refusals">What the rules would tell the recipients that they refuse.</param>
    internal sealed record Planned(IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<string> Refusals) : ReplayOutcome;

    internal sealed record Sent(int Count, IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<string> Refusals) : ReplayOutcome;

    /// <summary>There is no such message.</summary>
    internal sealed record Unknown : ReplayOutcome;

    /// <summary>The plan contradicts itself or names a destination that does not exist.</summary>
    internal sealed record Invalid(string Problem) : ReplayOutcome;

    /// <summary>There is nothing to send, or nowhere to send it.</summary>
    internal sealed record Refused(string Reason) : ReplayOutcome;
}
