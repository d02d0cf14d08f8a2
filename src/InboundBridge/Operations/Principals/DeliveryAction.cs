namespace InboundBridge.Operations.Principals;

/// <summary>What an operator can do to deliveries.</summary>
internal enum DeliveryAction
{
    /// <summary>Makes it due at once, with a new schedule.</summary>
    Retry,

    /// <summary>Ends it undelivered.</summary>
    Cancel,

    /// <summary>Releases it from hold, to its own destination or to another.</summary>
    Release,
}
