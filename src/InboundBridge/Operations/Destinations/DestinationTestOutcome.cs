using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Operations.Destinations;

/// <summary>What became of testing a destination.</summary>
internal abstract record DestinationTestOutcome
{
    private DestinationTestOutcome()
    {
    }

    internal sealed record Answered(DeliveryOutcome Outcome) : DestinationTestOutcome;

    internal sealed record Unknown : DestinationTestOutcome;

    /// <summary>It is no webhook, so there is no event that it could be sent.</summary>
    internal sealed record TakesOnlyMail : DestinationTestOutcome;
}
