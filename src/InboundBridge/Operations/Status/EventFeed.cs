using System.Threading.Channels;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.Operations.Status;

/// <summary>
/// Hands the queue's events to their followers. Each follower has a bounded list: one that reads too slowly misses the oldest events, is
/// told how many, and delays neither the queue nor the other followers.
/// </summary>
internal sealed class EventFeed(MailQueue queue)
{
    public const int MostFollowers = 64;

    /// <summary>Events that may wait for a follower: some seconds' worth on a busy appliance.</summary>
    private const int MostWaiting = 1000;

    private readonly Lock _gate = new();
    private Follower[] _followers = [];
    private Action<QueueEvent>? _tap;

    /// <summary>Null when the limit of followers is reached.</summary>
    public Follower? Follow()
    {
        lock (_gate)
        {
            if (_followers.Length == MostFollowers)
                return null;
            var follower = new Follower(this);
            _followers = [.. _followers, follower];
            queue.Watcher = Publish;
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
            queue.Watcher = tap is null && _followers.Length == 0 ? null : Publish;
        }
    }

    private void Leave(Follower follower)
    {
        lock (_gate)
        {
            _followers = [.. _followers.Where(other => other != follower)];
            if (_followers.Length == 0 && _tap is null)
                queue.Watcher = null;
        }
    }

    private void Publish(QueueEvent happened)
    {
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

        public Follower(EventFeed feed)
        {
            _feed = feed;
            _waiting = Channel.CreateBounded<FeedEvent>(
                new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                _ => Interlocked.Increment(ref _missed));
        }

        public ChannelReader<FeedEvent> Events => _waiting.Reader;

        /// <summary>How many events were dropped since the previous call.</summary>
        public int TakeMissed() => Interlocked.Exchange(ref _missed, 0);

        public void Offer(FeedEvent happened) => _waiting.Writer.TryWrite(happened);

        public void Dispose() => _feed.Leave(this);
    }
}
