namespace InboundBridge.Operations.Deliveries;

/// <summary>The outcome of changing one delivery.</summary>
internal abstract record DeliveryChangeOutcome
{
    private DeliveryChangeOutcome()
    {
    }

    internal sealed record Changed(int Count) : DeliveryChangeOutcome;

    /// <summary>There is no such delivery.</summary>
    internal sealed record Unknown : DeliveryChangeOutcome;

    /// <summary>Its state does not allow the change.</summary>
    internal sealed record Refused(string Reason) : DeliveryChangeOutcome;
}
