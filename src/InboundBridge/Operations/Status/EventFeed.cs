using System.Threading.Channels;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.Operations.Status;

/// <summary>
/// Hands the queue's events to their followers. Each follower has a bounded list: one that reads too slowly misses the oldest events, is
/// told how many, and delays neither the queue nor the other followers.
/// </summary>
internal sealed class EventFeed
{
    /// <summary>In all. Whoever has few gets a place beyond them, so that others can't keep it out.</summary>
    public const int MostFollowers = 64;

    /// <summary>Of one token.</summary>
    public const int MostOfToken = 32;

    /// <summary>Followers of a token that always have a place.</summary>
    public const int Reserved = 2;

    /// <summary>Events that may wait for a follower: some seconds' worth on a busy appliance.</summary>
    private const int MostWaiting = 1000;

    private readonly Lock _gate = new();
    private readonly MailQueue _queue;
    private Follower[] _followers = [];
    private Action<QueueEvent>? _tap;

    /// <param name="journal">Remembers what happens, also while nobody follows; null: nothing is remembered.</param>
    public EventFeed(MailQueue queue, EventJournal? journal = null)
    {
        (_queue, Journal) = (queue, journal);
        Listen();
    }

    public EventJournal? Journal { get; }

    public int Followers => Volatile.Read(ref _followers).Length;

    /// <summary>Null when a limit of followers is reached.</summary>
    /// <param name="token">Who follows; null where there are no tokens, and everybody is the same operator.</param>
    public Follower? Follow(string? token = null)
    {
        lock (_gate)
        {
            var own = token is null ? 0 : _followers.Count(follower => follower.Token == token);
            if (own >= MostOfToken || (_followers.Length >= MostFollowers && (token is null || own >= Reserved)))
                return null;
            var follower = new Follower(this, token);
            _followers = [.. _followers, follower];
            Listen();
            return follower;
        }
    }

    /// <summary>
    /// Hands each event to one more receiver as it happens, on the queue's threads: it must not wait, and must not throw. Null ends that.
    /// </summary>
    public void Tap(Action<QueueEvent>? tap)
    {
        lock (_gate)
        {
            Volatile.Write(ref _tap, tap);
            Listen();
        }
    }

    private void Leave(Follower follower)
    {
        lock (_gate)
        {
            _followers = [.. _followers.Where(other => other != follower)];
            Listen();
        }
    }

    /// <summary>Tells <see cref="Tap"/>'s receiver of something that is no event of the queue.</summary>
    public void TellTap(Func<QueueEvent> happened)
    {
        if (Volatile.Read(ref _tap) is { } tap)
            tap(happened());
    }

    private void Listen() => _queue.Watcher = Journal is null && _tap is null && _followers.Length == 0 ? null : Publish;

    private void Publish(QueueEvent happened)
    {
        Journal?.Add(happened);
        Volatile.Read(ref _tap)?.Invoke(happened);
        var followers = Volatile.Read(ref _followers);
        if (followers.Length == 0)
            return;
        var once = new FeedEvent(happened);
        foreach (var follower in followers)
            follower.Offer(once);
    }

    internal sealed class Follower : IDisposable
    {
        private readonly EventFeed _feed;
        private readonly Channel<FeedEvent> _waiting;
        private int _missed;

        public Follower(EventFeed feed, string? token)
        {
            (_feed, Token) = (feed, token);
            _waiting = Channel.CreateBounded<FeedEvent>(
                new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                _ => Interlocked.Increment(ref _missed));
        }

        public string? Token { get; }

        public ChannelReader<FeedEvent> Events => _waiting.Reader;

        /// <summary>How many events were dropped since the previous call.</summary>
        public int TakeMissed() => Interlocked.Exchange(ref _missed, 0);

        public void Offer(FeedEvent happened) => _waiting.Writer.TryWrite(happened);

        public void Dispose() => _feed.Leave(this);
    }
}
