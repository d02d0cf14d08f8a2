using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// The part of a destination's backlog that this queue has claimed and holds in memory, and what it knows of the rest, which is only in the
/// spool. A delivery is here once, while it waits, is attempted or is recorded. Guarded by the scheduler's lock.
/// </summary>
internal sealed class DestinationBacklog(DeliveryOrder order, int limit, ClaimTerms terms, ReleasedClaims released)
{
    /// <summary>By id, whatever their state.</summary>
    private readonly Dictionary<string, QueuedDelivery> _known = new(StringComparer.Ordinal);

    public DueWindow Window { get; private set; } = new(order, limit);

    public RefillState Refill { get; } = new();

    public int Count => _known.Count;

    /// <summary>Nothing is open here or in the spool, as far as this queue knows.</summary>
    public bool IsEmpty => _known.Count == 0 && !Window.HasMore;

    public IEnumerable<QueuedDelivery> Claimed => _known.Values.Where(delivery => delivery.State != QueuedState.Arriving);

    /// <summary>
    /// Where claims expire, deliveries are claimed no earlier than they are due: this
    /// is when to ask for the next. Null: nothing to wait for.
    /// </summary>
    public DateTimeOffset? AskAgainAt => terms.IsForever || !Window.HasMore || Refill.IsRunning ? null : Window.Horizon;

    public bool NeedsRefill(DateTimeOffset now)
    {
        if (!Window.HasMore || Refill.IsRunning || AskAgainAt > now)
            return false;
        return Window.Count < Window.Limit / 2 || (!Window.ByAge && Window.Next is { } next && Window.Horizon < next.DueAt);
    }

    public QueuedDelivery? Find(string deliveryId) => _known.GetValueOrDefault(deliveryId);

    /// <summary>
    /// Makes room for a delivery whose commit is about to begin, and which that commit will
    /// claim. Null: it stays in the spool (<see cref="Leave"/>).
    /// </summary>
    public QueuedDelivery? Register(SpooledDelivery delivery, SpooledMessage message, DateTimeOffset now)
    {
        if (!Window.Wants(delivery.NextAttemptAt))
            return null;
        // While a refill reads, it alone decides the order; and where other owners may have older deliveries, only the spool can.
        if (Window.ByAge && (Refill.IsRunning || !terms.IsForever))
            return null;
        return Enter(new QueuedDelivery(delivery, message, ClaimTerms.FirstFence, terms.ExpiryFrom(now)));
    }

    /// <summary>A delivery that was claimed for an attempt that begins now, past the window.</summary>
    public QueuedDelivery Take(ClaimedDelivery claimed, DateTimeOffset claimedUntil)
    {
        var queued = Enter(new QueuedDelivery(claimed.Delivery, claimed.Message, claimed.Fence, claimedUntil));
        queued.State = QueuedState.Active;
        return queued;
    }

    /// <summary>Gives up a claim whose delivery was never here.</summary>
    public void GiveBack(ClaimedDelivery claimed) => released.Add(claimed.Delivery.Id, claimed.Fence);

    /// <summary>The delivery has ended, or was never stored, or its claim is lost.</summary>
    public void Forget(QueuedDelivery queued)
    {
        Window.Release(queued);
        _known.Remove(queued.Delivery.Id);
    }

    /// <summary>Gives up the claim of an open delivery: from now on it is only in the spool.</summary>
    public void GiveBack(QueuedDelivery queued)
    {
        Forget(queued);
        released.Add(queued.Delivery.Id, queued.Fence);
    }

    /// <summary>Gives up the claim of a delivery that was forgotten, because nobody knew that its commit had succeeded.</summary>
    public void GiveUpClaim(QueuedDelivery forgotten) => released.Add(forgotten.Delivery.Id, forgotten.Fence);

    /// <summary>An open delivery is in the spool, and not here.</summary>
    public void Leave(DateTimeOffset dueAt)
    {
        Window.LeaveInSpool(dueAt);
        Refill.Left(dueAt);
    }

    /// <summary>
    /// The delivery stays open after an attempt: in the window, or only in the spool when it is due too late for the window.
    /// </summary>
    /// <param name="isRecorded">
    /// False: nothing was recorded, so the spool has it with an earlier time, and would hand it out at once.
    /// </param>
    public void PutBack(QueuedDelivery queued, bool isRecorded)
    {
        if (!isRecorded || Window.ByAge || Window.Wants(queued.DueAt))
        {
            Window.Add(queued);
            return;
        }
        GiveBack(queued);
        Leave(queued.DueAt);
    }

    /// <summary>Another owner may have claimed the delivery, for the claim wasn't renewed in time.</summary>
    public void Lose(QueuedDelivery queued)
    {
        Forget(queued);
        Leave(queued.DueAt);
    }

    public void Trim()
    {
        foreach (var late in Window.Trim())
        {
            _known.Remove(late.Delivery.Id);
            released.Add(late.Delivery.Id, late.Fence);
            Refill.Left(late.DueAt);
        }
    }

    public ClaimRequest BeginRefill(string destination, DateTimeOffset now)
    {
        Refill.Begin();
        return new ClaimRequest(destination, Window.ByAge, Window.Limit, terms.ExpiryFrom(now), terms);
    }

    /// <summary>Adds what was claimed to the window.</summary>
    /// <param name="latest">Nothing is due later than this: a later time was stored while the clock was ahead.</param>
    public void EndRefill(ClaimRequest request, ClaimResult result, DateTimeOffset latest)
    {
        if (!Refill.End() || request.KeepsOrder != Window.ByAge)
        {
            foreach (var unwanted in result.Claimed)
                released.Add(unwanted.Delivery.Id, unwanted.Fence);
            return;
        }
        foreach (var claimed in result.Claimed)
            Add(claimed, request.DueBefore, latest);
        var horizon = result.Next ?? DateTimeOffset.MaxValue;
        Window.SawSpool(horizon < Refill.LeftMeanwhile ? horizon : Refill.LeftMeanwhile);
        Trim();
    }

    /// <summary>
    /// The destination was removed: deliveries that wait are only in the spool from now on; attempts that are under way end.
    /// </summary>
    public void GiveBackWaiting()
    {
        Refill.Invalidate();
        foreach (var waiting in Waiting())
            GiveBack(waiting);
    }

    public void Reorder(DeliveryOrder newOrder, int newLimit)
    {
        foreach (var waiting in Waiting())
        {
            _known.Remove(waiting.Delivery.Id);
            released.Add(waiting.Delivery.Id, waiting.Fence);
        }
        Window = new DueWindow(newOrder, newLimit);
        Window.LeaveInSpool(DateTimeOffset.MinValue);
        Refill.Invalidate();
        // Deliveries that are under way keep their places in the order.
        foreach (var busy in _known.Values)
            Window.Reserve(busy);
    }

    private void Add(ClaimedDelivery claimed, DateTimeOffset claimedUntil, DateTimeOffset latest)
    {
        if (Find(claimed.Delivery.Id) is { } known)
        {
            // Our own claim had expired, and we were the first to claim the delivery again.
            (known.Fence, known.ClaimedUntil) = (claimed.Fence, claimedUntil);
            if (known.State != QueuedState.Waiting)
                return;
            Forget(known);
        }
        var queued = Enter(new QueuedDelivery(claimed.Delivery, claimed.Message, claimed.Fence, claimedUntil));
        if (queued.DueAt > latest)
            queued.DueAt = latest;
        Window.Add(queued);
    }

    private QueuedDelivery Enter(QueuedDelivery queued)
    {
        _known[queued.Delivery.Id] = queued;
        Window.Reserve(queued);
        return queued;
    }

    private List<QueuedDelivery> Waiting() => [.. _known.Values.Where(delivery => delivery.State == QueuedState.Waiting)];
}
