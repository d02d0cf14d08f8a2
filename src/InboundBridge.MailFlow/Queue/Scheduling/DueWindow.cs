using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// The deliveries of a destination that are in memory and wait. The rest of its backlog is in the spool only, and nothing of that is due before
/// <see cref="Horizon"/>; so what is earlier belongs in here, and what is later can be left there. A destination that keeps an order has its oldest in here
/// instead, and what comes newly stays in the spool while there are others. Guarded by the scheduler's lock.
/// </summary>
internal sealed class DueWindow(DeliveryOrder order, int limit)
{
    private readonly SortedSet<QueuedDelivery> _ready = new(DueFirst.Instance);
    private readonly OrderLanes _lanes = new(order);
    private int _blocked;
    private long _numbers;

    /// <summary>In here, those included that wait for one before them.</summary>
    public int Count => _ready.Count + _blocked;

    /// <summary>The one to try next, perhaps not yet.</summary>
    public QueuedDelivery? Next => _ready.Min;

    public bool ByAge => _lanes.KeepsOrder;

    public int Limit => ByAge ? limit * 8 : limit;

    /// <summary>There may be more in the spool.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Nothing that is only in the spool is due before this.</summary>
    public DateTimeOffset Horizon { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>
    /// Whether a new delivery shall be kept here; if not, <see cref="LeaveInSpool"/> once it is stored. One that is later than what is in the spool is kept too
    /// while there is much room: else a busy destination that was overrun once would go on reading back what it could have had from memory.
    /// </summary>
    public bool Wants(DateTimeOffset dueAt) => ByAge ? !HasMore && Count < Limit : dueAt < Horizon || Count < Limit / 4;

    /// <summary>It is in the spool, and not in here.</summary>
    public void LeaveInSpool(DateTimeOffset dueAt)
    {
        HasMore = true;
        if (dueAt < Horizon)
            Horizon = dueAt;
    }

    /// <summary>Everything of the spool that is due before <paramref name="horizon"/> is in here now.</summary>
    /// <param name="horizon">The maximum: the spool has nothing else.</param>
    public void SawSpool(DateTimeOffset horizon)
    {
        Horizon = horizon;
        HasMore = horizon != DateTimeOffset.MaxValue;
    }

    /// <summary>Takes its place in the order; it may not be tried before <see cref="Add"/>.</summary>
    public void Reserve(QueuedDelivery delivery)
    {
        delivery.Number = ++_numbers;
        _lanes.Enter(delivery);
    }

    /// <summary>A delivery that has its place may be tried when it is due.</summary>
    public void Add(QueuedDelivery delivery)
    {
        delivery.State = QueuedState.Waiting;
        if (_lanes.IsFirst(delivery))
            _ready.Add(delivery);
        else
            _blocked++;
    }

    /// <summary>Its attempt begins; its place in the order stays taken.</summary>
    public void Take(QueuedDelivery delivery)
    {
        _ready.Remove(delivery);
        delivery.State = QueuedState.Active;
    }

    /// <summary>Gives its place up, whether it waited or was taken.</summary>
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

    /// <summary>Those that are too many, the latest first, taken out of here.</summary>
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
