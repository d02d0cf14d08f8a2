using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// What of a destination's backlog is in memory, and what is known of the rest, which is in the spool only. A delivery is in here once: while it waits, is
/// attempted or is recorded, the spool's copy is not looked at. Guarded by the scheduler's lock.
/// </summary>
internal sealed class DestinationBacklog(DeliveryOrder order, int limit)
{
    /// <summary>By id, whatever their state.</summary>
    private readonly Dictionary<string, QueuedDelivery> _known = new(StringComparer.Ordinal);

    public DueWindow Window { get; private set; } = new(order, limit);

    public RefillState Refill { get; } = new();

    public int Count => _known.Count;

    public bool NeedsRefill
    {
        get
        {
            if (!Window.HasMore || Refill.IsRunning)
                return false;
            return Window.Count < Window.Limit / 2 || (!Window.ByAge && Window.Next is { } next && Window.Horizon < next.DueAt);
        }
    }

    public QueuedDelivery? Find(string deliveryId) => _known.GetValueOrDefault(deliveryId);

    /// <summary>Takes the place of a delivery whose commit is about to begin. Null: it is to stay in the spool (<see cref="Leave"/>).</summary>
    public QueuedDelivery? Register(SpooledDelivery delivery, SpooledMessage message)
    {
        // An order is kept by what reads the spool alone while it reads.
        if (!Window.Wants(delivery.NextAttemptAt) || (Window.ByAge && Refill.IsRunning))
            return null;
        return Enter(new QueuedDelivery(delivery, message));
    }

    /// <summary>Gives its place up: it has ended, or the spool's copy counts from now on.</summary>
    public void Forget(QueuedDelivery queued)
    {
        Window.Release(queued);
        _known.Remove(queued.Delivery.Id);
        Refill.Changed(queued.Delivery.Id);
    }

    /// <summary>One that is not in here stays in the spool until its turn comes.</summary>
    public void Leave(DateTimeOffset dueAt)
    {
        Window.LeaveInSpool(dueAt);
        Refill.Left(dueAt);
    }

    /// <summary>Its attempt is over and it stays open: in here, or only in the spool when it is due too late for that.</summary>
    /// <param name="isRecorded">False: the spool has it as it was before, and due too early.</param>
    public void PutBack(QueuedDelivery queued, bool isRecorded)
    {
        if (!isRecorded || Window.ByAge || Window.Wants(queued.DueAt))
        {
            Window.Add(queued);
            return;
        }
        Forget(queued);
        Leave(queued.DueAt);
    }

    public void Trim()
    {
        foreach (var late in Window.Trim())
        {
            _known.Remove(late.Delivery.Id);
            Refill.Changed(late.Delivery.Id);
            Refill.Left(late.DueAt);
        }
    }

    public DueRequest BeginRefill(string destination)
    {
        Refill.Begin();
        return new DueRequest(destination, Window.ByAge, Window.Limit + _known.Count);
    }

    /// <summary>Takes in what was read, as far as it is still true.</summary>
    /// <param name="latest">Nothing is due later; what says so was written under a clock that was ahead of this one.</param>
    public void EndRefill(DueRequest request, IReadOnlyList<DueDelivery> found, DateTimeOffset latest)
    {
        if (!Refill.End() || request.ByAge != Window.ByAge)
            return;
        foreach (var due in found.Where(due => !_known.ContainsKey(due.Delivery.Id) && !Refill.IsStale(due.Delivery.Id)))
        {
            var queued = Enter(new QueuedDelivery(due.Delivery, due.Message));
            if (queued.DueAt > latest)
                queued.DueAt = latest;
            Window.Add(queued);
        }
        var horizon = found.Count < request.Limit ? DateTimeOffset.MaxValue : found[^1].Delivery.NextAttemptAt;
        Window.SawSpool(horizon < Refill.LeftMeanwhile ? horizon : Refill.LeftMeanwhile);
        Trim();
    }

    /// <summary>The destination is gone: what waits is in the spool only, what is under way ends.</summary>
    public void ForgetWaiting()
    {
        Refill.Invalidate();
        foreach (var waiting in Waiting())
            Forget(waiting);
    }

    public void Reorder(DeliveryOrder newOrder, int newLimit)
    {
        foreach (var waiting in Waiting())
            _known.Remove(waiting.Delivery.Id);
        Window = new DueWindow(newOrder, newLimit);
        Window.LeaveInSpool(DateTimeOffset.MinValue);
        Refill.Invalidate();
        // What is under way keeps its place in the order.
        foreach (var busy in _known.Values)
            Window.Reserve(busy);
    }

    private QueuedDelivery Enter(QueuedDelivery queued)
    {
        _known[queued.Delivery.Id] = queued;
        Window.Reserve(queued);
        return queued;
    }

    private List<QueuedDelivery> Waiting() => [.. _known.Values.Where(delivery => delivery.State == QueuedState.Waiting)];
}
