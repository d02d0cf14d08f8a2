namespace InboundBridge.Smtp.Server;

/// <summary>Leaking buckets (generic cell rate algorithm): one time stamp a key, no history, a bounded number of keys.</summary>
internal sealed class RateBuckets<TKey>(TimeProvider time)
    where TKey : notnull
{
    /// <summary>When it is reached, buckets that are empty again go; should all be in use, new keys go uncounted rather than unserved.</summary>
    private const int MostKeys = 200_000;

    private readonly Dictionary<TKey, long> _drainedAt = [];
    private readonly Lock _gate = new();

    /// <summary>True when the bucket takes one more.</summary>
    public bool HasRoom(TKey key, int amount, TimeSpan period)
    {
        lock (_gate)
            return Fill(key, amount, period).HasRoom;
    }

    /// <summary>Takes one from the bucket; false, and nothing taken, when there was no room.</summary>
    public bool TryAdd(TKey key, int amount, TimeSpan period)
    {
        lock (_gate)
        {
            var (drainedAt, hasRoom) = Fill(key, amount, period);
            if (hasRoom)
                Keep(key, drainedAt);
            return hasRoom;
        }
    }

    private (long DrainedAt, bool HasRoom) Fill(TKey key, int amount, TimeSpan period)
    {
        var now = time.GetTimestamp();
        var ticks = (long)(period.TotalSeconds * time.TimestampFrequency);
        var drainedAt = Math.Max(_drainedAt.GetValueOrDefault(key), now) + ticks / Math.Max(1, amount);
        return (drainedAt, amount > 0 && drainedAt <= now + ticks);
    }

    private void Keep(TKey key, long drainedAt)
    {
        if (_drainedAt.Count >= MostKeys && !_drainedAt.ContainsKey(key))
        {
            var now = time.GetTimestamp();
            foreach (var (old, until) in _drainedAt)
            {
                if (until <= now)
                    _drainedAt.Remove(old);
            }
            if (_drainedAt.Count >= MostKeys)
                return;
        }
        _drainedAt[key] = drainedAt;
    }
}
