using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Operations.Destinations;

/// <summary>The outcome of testing a destination.</summary>
internal abstract record DestinationTestOutcome
{
    private DestinationTestOutcome()
    {
    }

    internal sealed record Answered(DeliveryOutcome Outcome) : DestinationTestOutcome;

    internal sealed record Unknown : DestinationTestOutcome;

    /// <summary>It is not a webhook, so it can't be sent a test event.</summary>
    internal sealed record TakesOnlyMail : DestinationTestOutcome;
}
