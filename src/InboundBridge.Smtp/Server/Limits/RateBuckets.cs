namespace InboundBridge.Smtp.Server.Limits;

/// <summary>
/// Rate limits by key, as leaky buckets (generic cell rate algorithm): each key costs one time stamp. The number of keys is bounded, and so
/// is the work for each call.
/// </summary>
/// <param name="mostKeys">At this number, a new key for which no old key can be dropped is not counted, and so never refused.</param>
public sealed class RateBuckets<TKey>(TimeProvider time, int mostKeys = 200_000)
    where TKey : notnull
{
    /// <summary>Old keys that each new key checks: with two, drained keys go faster than new keys come.</summary>
    private const int LooksWithRoom = 2;

    /// <summary>
    /// Old keys that each new key checks when there is no room. Bounded, so that an attacker who
    /// invents keys can't make each one cost a walk through all.
    /// </summary>
    private const int LooksWhenFull = 16;

    private readonly Dictionary<TKey, long> _drainedAt = [];

    /// <summary>The same keys as a ring. A hand walks over it and continues where it stopped, so that it visits every key.</summary>
    private readonly List<TKey> _ring = [];
    private readonly Lock _gate = new();
    private int _hand;

    /// <summary>True when the key may count once more.</summary>
    public bool HasRoom(TKey key, int amount, TimeSpan period)
    {
        lock (_gate)
            return Fill(key, amount, period).HasRoom;
    }

    /// <summary>Counts once for the key; false, and nothing counted, when the limit is reached.</summary>
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

    /// <summary>How long the key's bucket takes to drain from now on; zero for one that is empty.</summary>
    public TimeSpan Left(TKey key)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            return _drainedAt.TryGetValue(key, out var drainedAt) && drainedAt > now
                ? time.GetElapsedTime(now, drainedAt) : TimeSpan.Zero;
        }
    }

    /// <summary>Fills the bucket of a key that has one, so far that it takes this long to drain. A fuller one stays as it is.</summary>
    public void FillTo(TKey key, TimeSpan left)
    {
        lock (_gate)
        {
            var until = time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency);
            if (_drainedAt.TryGetValue(key, out var drainedAt) && drainedAt < until)
                _drainedAt[key] = until;
        }
    }

    /// <summary>Takes one count back.</summary>
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
