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

    private void Leave(Follower follower)
    {
        lock (_gate)
        {
            _followers = [.. _followers.Where(other => other != follower)];
            if (_followers.Length == 0)
                queue.Watcher = null;
        }
    }

    private void Publish(QueueEvent happened)
    {
        foreach (var follower in Volatile.Read(ref _followers))
            follower.Offer(happened);
    }

    internal sealed class Follower : IDisposable
    {
        private readonly EventFeed _feed;
        private readonly Channel<QueueEvent> _waiting;
        private int _missed;

        public Follower(EventFeed feed)
        {
            _feed = feed;
            _waiting = Channel.CreateBounded<QueueEvent>(
                new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                _ => Interlocked.Increment(ref _missed));
        }

        public ChannelReader<QueueEvent> Events => _waiting.Reader;

        /// <summary>How many events were dropped since the previous call.</summary>
        public int TakeMissed() => Interlocked.Exchange(ref _missed, 0);

        public void Offer(QueueEvent happened) => _waiting.Writer.TryWrite(happened);

        public void Dispose() => _feed.Leave(this);
    }
}
