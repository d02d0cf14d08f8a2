using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Traffic;

/// <summary>Shows what happened in the last hour, minute by minute.</summary>
internal sealed class TrafficOperations(TrafficHistory history)
{
    public TrafficHour ShowHour(Principal who)
    {
        who.Demand(Operation.ShowStatistics);
        return history.Read();
    }

    /// <summary>The destinations that had an attempt since the start.</summary>
    public IReadOnlyDictionary<string, DestinationHour> ShowDestinations(Principal who)
    {
        who.Demand(Operation.ShowStatistics);
        return history.ReadDestinations();
    }
}
