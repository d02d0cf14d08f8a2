using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.Operations.Status;

/// <summary>
/// Remembers the latest events, in memory only: of each kind the newest ones, so that a flood of mail does not push out the rare ones.
/// </summary>
/// <param name="beganAt">When it began to listen; what happened before is only in the spool.</param>
internal sealed class EventJournal(DateTimeOffset beganAt)
{
    /// <summary>More than a page shows, and with the messages that events hold some megabytes at most.</summary>
    public const int MostOfKind = 250;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<(long Place, QueueEvent Happened)>> _kinds = new(StringComparer.Ordinal);
    private long _place;

    public DateTimeOffset BeganAt => beganAt;

    /// <summary>On the queue's threads: keeps a reference, and writes nothing.</summary>
    public void Add(QueueEvent happened)
    {
        lock (_gate)
        {
            // What an operator erased must not live on here.
            if (happened is { Kind: "deleted", Message: { } erased })
                Forget(erased.Id);
            if (!_kinds.TryGetValue(happened.Kind, out var events))
                _kinds[happened.Kind] = events = new Queue<(long, QueueEvent)>();
            if (events.Count == MostOfKind)
                events.Dequeue();
            events.Enqueue((_place++, happened));
        }
    }

    /// <summary>Newest first.</summary>
    /// <param name="kind">Only events of this kind; null for all.</param>
    public IReadOnlyList<QueueEvent> List(string? kind)
    {
        lock (_gate)
        {
            var events = kind is null ? _kinds.Values.SelectMany(all => all) : _kinds.GetValueOrDefault(kind) ?? [];
            return [.. events.OrderByDescending(each => each.Place).Select(each => each.Happened)];
        }
    }

    private void Forget(string message)
    {
        foreach (var (kind, events) in _kinds.ToList())
        {
            if (events.Any(each => IsOf(each.Happened, message)))
                _kinds[kind] = new Queue<(long, QueueEvent)>(events.Where(each => !IsOf(each.Happened, message)));
        }
    }

    private static bool IsOf(QueueEvent happened, string message) =>
        happened.Message?.Id == message || happened.Delivery?.MessageId == message;
}
