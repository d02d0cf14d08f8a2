using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.Ui.Live;

/// <summary>The newest events of one kind since pages were last told, and how many came before them. Not thread-safe.</summary>
internal sealed class LiveTail
{
    /// <summary>More lines than these can't be read as they come.</summary>
    public const int Most = 20;

    private readonly (long Place, QueueEvent Happened)[] _newest = new (long, QueueEvent)[Most];

    /// <summary>All events that came.</summary>
    public long Count { get; private set; }

    public long LeftOut => Math.Max(0, Count - Most);

    /// <summary>The newest, the older ones first.</summary>
    public IEnumerable<(long Place, QueueEvent Happened)> Newest
    {
        get
        {
            for (var index = LeftOut; index < Count; index++)
                yield return _newest[index % Most];
        }
    }

    /// <param name="place">Orders the events of all kinds.</param>
    public void Add(long place, QueueEvent happened) => _newest[Count++ % Most] = (place, happened);
}
