using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>Tells a watcher what happens. Without a watcher, no events are made.</summary>
internal sealed class QueueWatch(SteadyClock time)
{
    public const string CircuitOpened = "circuit_opened";

    private Action<QueueEvent>? _watcher;
    private Action<QueueEvent>? _trouble;

    /// <summary>
    /// Called on the queue's threads, sometimes under its lock: it must not wait, and must not throw. Null: nobody watches.
    /// </summary>
    public Action<QueueEvent>? Watcher
    {
        get => Volatile.Read(ref _watcher);
        set => Volatile.Write(ref _watcher, value);
    }

    /// <summary>
    /// Told of dead deliveries and of destinations that do not answer, as <see cref="Watcher"/> is told of everything: it must not wait,
    /// and must not throw.
    /// </summary>
    public Action<QueueEvent>? Trouble
    {
        get => Volatile.Read(ref _trouble);
        set => Volatile.Write(ref _trouble, value);
    }

    public void Received(SpooledMessage message) =>
        Watcher?.Invoke(new QueueEvent("received", message.ReceivedAt, message, null, null, null));

    /// <summary>A delivery as it is after an attempt.</summary>
    public void Attempted(SpooledDelivery delivery)
    {
        if (Watcher is { } watcher)
            watcher(new QueueEvent(KindOf(delivery.State), time.Now, null, delivery, delivery.Destination, null));
        if (delivery.State == DeliveryState.Dead)
            Died(delivery);
    }

    /// <summary>A delivery that is dead, for some recipients of an attempt at least.</summary>
    public void Died(SpooledDelivery delivery)
    {
        // The record of a recipient that was refused after the data has no destination: its sender knows.
        if (delivery.Destination.Length > 0)
            Trouble?.Invoke(new QueueEvent("dead", time.Now, null, delivery, delivery.Destination, null));
    }

    public void Changed(DeliveryChangeKind kind, SpooledDelivery delivery) =>
        Watcher?.Invoke(new QueueEvent(KindOf(kind), time.Now, null, delivery, delivery.Destination, null));

    public void Replayed(SpooledMessage message) => Watcher?.Invoke(new QueueEvent("replayed", time.Now, message, null, null, null));

    public void Erased(SpooledMessage message) => Watcher?.Invoke(new QueueEvent("deleted", time.Now, message, null, null, null));

    public void Destination(string kind, string destination, string? reason = null)
    {
        Watcher?.Invoke(new QueueEvent(kind, time.Now, null, null, destination, reason));
        if (kind == CircuitOpened)
            Trouble?.Invoke(new QueueEvent(kind, time.Now, null, null, destination, reason));
    }

    private static string KindOf(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => "delivered",
        DeliveryState.Dead => "dead",
        DeliveryState.Cancelled => "cancelled",
        _ => "retrying",
    };

    private static string KindOf(DeliveryChangeKind kind) => kind switch
    {
        DeliveryChangeKind.Cancel => "cancelled",
        DeliveryChangeKind.Release => "released",
        _ => "retried",
    };
}
