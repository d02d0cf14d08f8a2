using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// The deliveries of a destination that wait in memory. The rest of its backlog is only in the spool, where nothing is due before <see
/// cref="Horizon"/>: a delivery that is due earlier belongs here, a later one can stay there. For a destination that keeps an order, the
/// window has the oldest deliveries instead, and new ones stay in the spool while older ones are there. Guarded by the scheduler's lock.
/// </summary>
internal sealed class DueWindow(DeliveryOrder order, int limit)
{
    private readonly SortedSet<QueuedDelivery> _ready = new(DueFirst.Instance);
    private readonly OrderLanes _lanes = new(order);
    private int _blocked;
    private long _numbers;

    /// <summary>Deliveries in the window, including those that wait for an earlier one of their order.</summary>
    public int Count => _ready.Count + _blocked;

    /// <summary>The delivery to attempt next, which may not be due yet.</summary>
    public QueuedDelivery? Next => _ready.Min;

    public bool ByAge => _lanes.KeepsOrder;

    public int Limit => ByAge ? limit * 8 : limit;

    /// <summary>The spool may have open deliveries that are not in the window.</summary>
    public bool HasMore { get; private set; }

    /// <summary>No delivery that is only in the spool is due before this.</summary>
    public DateTimeOffset Horizon { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>
    /// Whether to keep a new delivery in memory; if not, <see cref="LeaveInSpool"/> once it is stored. While there is much room, a delivery
    /// is kept even when it is due later than others in the spool: otherwise a busy destination that was overrun once would keep reading
    /// from disk what it could have kept.
    /// </summary>
    public bool Wants(DateTimeOffset dueAt) => ByAge ? !HasMore && Count < Limit : dueAt < Horizon || Count < Limit / 4;

    /// <summary>An open delivery is only in the spool.</summary>
    public void LeaveInSpool(DateTimeOffset dueAt)
    {
        HasMore = true;
        if (dueAt < Horizon)
            Horizon = dueAt;
    }

    /// <summary>Every delivery that is due before <paramref name="horizon"/> is in the window now.</summary>
    /// <param name="horizon">The maximum: the spool has no others.</param>
    public void SawSpool(DateTimeOffset horizon)
    {
        Horizon = horizon;
        HasMore = horizon != DateTimeOffset.MaxValue;
    }

    /// <summary>Gives a delivery its place in the order. It can be attempted after <see cref="Add"/>.</summary>
    public void Reserve(QueuedDelivery delivery)
    {
        delivery.Number = ++_numbers;
        _lanes.Enter(delivery);
    }

    /// <summary>A delivery that has its place can be attempted when it is due.</summary>
    public void Add(QueuedDelivery delivery)
    {
        delivery.State = QueuedState.Waiting;
        if (_lanes.IsFirst(delivery))
            _ready.Add(delivery);
        else
            _blocked++;
    }

    /// <summary>An attempt begins; the delivery keeps its place in the order.</summary>
    public void Take(QueuedDelivery delivery)
    {
        _ready.Remove(delivery);
        delivery.State = QueuedState.Active;
    }

    /// <summary>Gives up the place of a delivery, whether it waits or is attempted.</summary>
    public void Release(QueuedDelivery delivery)
    {
        if (delivery.State == QueuedState.Waiting && !_ready.Remove(delivery))
            _blocked--;
        foreach (var next in _lanes.Leave(delivery))
        {
            if (next.State == QueuedState.Waiting && _ready.Add(next))
                _blocked--;
        }
    }

    /// <summary>Takes out the deliveries beyond the limit, the latest first.</summary>
    public IEnumerable<QueuedDelivery> Trim()
    {
        while (!ByAge && Count > Limit && _ready.Max is { } last)
        {
            Release(last);
            LeaveInSpool(last.DueAt);
            yield return last;
        }
    }

    private sealed class DueFirst : IComparer<QueuedDelivery>
    {
        public static readonly DueFirst Instance = new();

        public int Compare(QueuedDelivery? x, QueuedDelivery? y)
        {
            var byTime = x!.DueAt.CompareTo(y!.DueAt);
            return byTime != 0 ? byTime : x.Number.CompareTo(y.Number);
        }
    }
}
