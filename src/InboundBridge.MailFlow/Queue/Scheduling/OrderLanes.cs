using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Keeps deliveries of one sender, or for one recipient, in the order of their arrival: only the first of a lane may be tried, and one that is in several lanes
/// (several recipients) only when it is the first in each. Guarded by the scheduler's lock.
/// </summary>
internal sealed class OrderLanes(DeliveryOrder order)
{
    private readonly Dictionary<string, LinkedList<QueuedDelivery>> _lanes = new(StringComparer.OrdinalIgnoreCase);

    public bool KeepsOrder => order != DeliveryOrder.None;

    /// <summary>True when it may be tried: nothing that came before it is in its way.</summary>
    public bool Enter(QueuedDelivery delivery)
    {
        if (!KeepsOrder)
            return true;
        var isFirst = true;
        foreach (var key in Keys(delivery))
        {
            if (!_lanes.TryGetValue(key, out var lane))
                _lanes[key] = lane = new LinkedList<QueuedDelivery>();
            lane.AddLast(delivery);
            isFirst &= lane.Count == 1;
        }
        return isFirst;
    }

    public bool IsFirst(QueuedDelivery delivery) =>
        !KeepsOrder || Keys(delivery).All(key => _lanes.TryGetValue(key, out var lane) && lane.First?.Value == delivery);

    /// <summary>It is over; returns those that it was in the way of, and nothing else is.</summary>
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

    /// <summary>By the recipients it arrived with: they get fewer with the attempts, and it must leave every lane that it entered.</summary>
    private IEnumerable<string> Keys(QueuedDelivery delivery) => order == DeliveryOrder.Sender
        ? [delivery.Message.Envelope.Sender]
        : delivery.LaneRecipients.Select(recipient => recipient.Original).Distinct(StringComparer.OrdinalIgnoreCase);
}
