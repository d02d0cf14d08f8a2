using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Keeps deliveries from one sender, or for one recipient, in the order of their arrival. Each sender or recipient has
/// a lane, and only the first delivery of a lane may be attempted. A delivery in several lanes (several recipients)
/// must be the first in each. Guarded by the scheduler's lock.
/// </summary>
internal sealed class OrderLanes(DeliveryOrder order)
{
    private readonly Dictionary<string, LinkedList<QueuedDelivery>> _lanes = new(StringComparer.OrdinalIgnoreCase);

    public bool KeepsOrder => order != DeliveryOrder.None;

    /// <summary>Lanes with deliveries in them.</summary>
    public int Count => _lanes.Count;

    /// <summary>Adds a delivery at the end of its lanes.</summary>
    public void Enter(QueuedDelivery delivery)
    {
        if (!KeepsOrder)
            return;
        foreach (var key in Keys(delivery))
        {
            if (!_lanes.TryGetValue(key, out var lane))
                _lanes[key] = lane = new LinkedList<QueuedDelivery>();
            lane.AddLast(delivery);
        }
    }

    public bool IsFirst(QueuedDelivery delivery) =>
        !KeepsOrder || Keys(delivery).All(key => _lanes.TryGetValue(key, out var lane) && lane.First?.Value == delivery);

    /// <summary>Removes a delivery from its lanes, and returns the deliveries that are the first in each of their lanes now.</summary>
    public IReadOnlyList<QueuedDelivery> Leave(QueuedDelivery delivery)
    {
        if (!KeepsOrder)
            return [];
        var next = new List<QueuedDelivery>();
        foreach (var key in Keys(delivery))
        {
            if (!_lanes.TryGetValue(key, out var lane))
                continue;
            lane.Remove(delivery);
            if (lane.First is { } first)
                next.Add(first.Value);
            else
                _lanes.Remove(key);
        }
        return [.. next.Distinct().Where(IsFirst)];
    }

    /// <summary>
    /// By the recipients with which the delivery arrived: attempts leave fewer of them, and it must leave every lane that it entered.
    /// </summary>
    private IEnumerable<string> Keys(QueuedDelivery delivery) => order == DeliveryOrder.Sender
        ? [delivery.Message.Envelope.Sender]
        : delivery.LaneRecipients.Select(recipient => recipient.Original).Distinct(StringComparer.OrdinalIgnoreCase);
}
