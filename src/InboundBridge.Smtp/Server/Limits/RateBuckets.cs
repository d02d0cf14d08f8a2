namespace InboundBridge.Smtp.Server.Limits;

/// <summary>Leaking buckets (generic cell rate algorithm): one time stamp a key, no history, a bounded number of keys, and a bounded number of looks for each.</summary>
/// <param name="mostKeys">When it is reached and the old keys that are looked at are all in use, a new key goes uncounted rather than unserved.</param>
public sealed class RateBuckets<TKey>(TimeProvider time, int mostKeys = 200_000)
    where TKey : notnull
{
    /// <summary>Old keys that each new one looks at: with two, what has drained goes faster than new keys come.</summary>
    private const int LooksWithRoom = 2;

    /// <summary>The same when there is no room: who makes up keys must not make each of them cost a walk through all.</summary>
    private const int LooksWhenFull = 16;

    private readonly Dictionary<TKey, long> _drainedAt = [];

    /// <summary>The keys again, in a ring for the hand that walks over them: it goes on where it stopped, so that it comes by all of them.</summary>
    private readonly List<TKey> _ring = [];
    private readonly Lock _gate = new();
    private int _hand;

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

    /// <summary>Takes one back out of the bucket.</summary>
    public void GiveBack(TKey key, int amount, TimeSpan period)
    {
        lock (_gate)
        {
            if (_drainedAt.TryGetValue(key, out var drainedAt))
                _drainedAt[key] = drainedAt - (long)(period.TotalSeconds * time.TimestampFrequency) / Math.Max(1, amount);
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
        if (!_drainedAt.ContainsKey(key))
        {
            DropDrained(_ring.Count < mostKeys ? LooksWithRoom : LooksWhenFull);
            if (_ring.Count >= mostKeys)
                return;
            _ring.Add(key);
        }
        _drainedAt[key] = drainedAt;
    }

    private void DropDrained(int looks)
    {
        var now = time.GetTimestamp();
        for (; looks > 0 && _ring.Count > 0; looks--)
        {
            if (_hand >= _ring.Count)
                _hand = 0;
            var old = _ring[_hand];
            if (_drainedAt[old] > now)
            {
                _hand++;
                continue;
            }
            _drainedAt.Remove(old);
            _ring[_hand] = _ring[^1];
            _ring.RemoveAt(_ring.Count - 1);
        }
    }
}
