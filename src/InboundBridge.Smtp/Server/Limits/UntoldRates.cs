namespace InboundBridge.Smtp.Server.Limits;

/// <summary>
/// What this node has counted under its rate limits and the other nodes have not heard of. A node says nothing of a key that takes less
/// than a 32nd of its limit, and tells every message of the others. Whoever exchanges takes the counts, tells them, and gives the answers
/// back. Safe for concurrent use, except that one caller at a time exchanges.
/// </summary>
public sealed class UntoldRates
{
    /// <summary>
    /// The part of a limit that a node may count without telling, and after which it tells at once. Our choice: little enough to hold a
    /// limit over several nodes, and enough to keep quiet about most clients, which send a few messages.
    /// </summary>
    internal const int Shares = 32;

    /// <summary>Keys that the others hear of, about 200 octets each. Our choice; counts of further ones stay with this node.</summary>
    private const int MostKeys = 50_000;

    /// <summary>Counts of one exchange. Our choice; the rest follows with the next one.</summary>
    private const int LargestBatch = 2000;

    /// <summary>How often keys are looked for whose buckets have drained.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<SmtpRateLimit> _limits;
    private readonly RateBuckets<(int Limit, string Key)> _buckets;

    /// <summary>
    /// Messages that nobody is told of. They drain as slowly as the limit's period says for so few: nobody can have each node take a little
    /// all the time.
    /// </summary>
    private readonly RateBuckets<(int Limit, string Key)> _quiet;
    private readonly TimeProvider _time;
    private readonly Dictionary<(int Limit, string Key), ToldKey> _keys = [];
    private readonly Queue<(int Limit, string Key)> _changed = new();
    private long _sweptAt;
    private bool _isUrgent;

    internal UntoldRates(
        IReadOnlyList<SmtpRateLimit> limits, RateBuckets<(int Limit, string Key)> buckets, TimeProvider time)
    {
        (_limits, _buckets, _time, _sweptAt) = (limits, buckets, time, time.GetTimestamp());
        _quiet = new RateBuckets<(int Limit, string Key)>(time);
    }

    /// <summary>
    /// Called when there is something to tell, and again when that should be done at once (true). From any thread; it must not block.
    /// </summary>
    public Action<bool>? Waits { get; set; }

    /// <summary>Takes counts to be told. <see cref="Told"/> or <see cref="GiveBack"/> has to follow.</summary>
    public IReadOnlyList<UntoldRate> Take()
    {
        lock (_gate)
        {
            Sweep();
            _isUrgent = false;
            var taken = new List<UntoldRate>(Math.Min(_changed.Count, LargestBatch));
            while (taken.Count < LargestBatch && _changed.TryDequeue(out var key))
            {
                var entry = _keys[key];
                taken.Add(new UntoldRate(key, _limits[key.Limit], entry.Untold));
                (entry.IsChanged, entry.Untold) = (false, 0);
            }
            return taken;
        }
    }

    /// <param name="lefts">For each count, how long everything takes to drain that all nodes have told.</param>
    public void Told(IReadOnlyList<UntoldRate> counts, IReadOnlyList<TimeSpan> lefts)
    {
        lock (_gate)
        {
            for (var index = 0; index < counts.Count; index++)
            {
                var key = counts[index].Place;
                // Plus what this node has counted since it told.
                _buckets.FillTo(key, lefts[index] + (_keys[key].Untold * _limits[key.Limit].Each));
            }
        }
    }

    /// <summary>They could not be told, and wait for another exchange.</summary>
    public void GiveBack(IReadOnlyList<UntoldRate> counts)
    {
        lock (_gate)
        {
            foreach (var count in counts)
                Add(count.Place, _keys[count.Place], count.Messages);
        }
    }

    /// <summary>Calls <see cref="Waits"/> for what is still there, or has come meanwhile, after an exchange.</summary>
    public void CallAgain()
    {
        bool waits, isUrgent;
        lock (_gate)
            (waits, isUrgent) = (_changed.Count > 0, _isUrgent || _changed.Count >= LargestBatch);
        if (waits)
            Waits?.Invoke(isUrgent);
    }

    /// <summary>Counts a message.</summary>
    internal void Count((int Limit, string Key) key)
    {
        var limit = _limits[key.Limit];
        var share = Math.Max(1, limit.Messages / Shares);
        bool isFirst, isUrgent;
        lock (_gate)
        {
            if (_keys.TryGetValue(key, out var entry))
            {
                isFirst = Add(key, entry, 1);
            }
            else if (_quiet.TryAdd(key, share - 1, limit.Period) || _keys.Count >= MostKeys)
            {
                return;
            }
            else
            {
                _keys[key] = entry = new ToldKey();
                // Without what has drained here meanwhile.
                var level = (int)Math.Ceiling(_buckets.Left(key) / limit.Each);
                isFirst = Add(key, entry, Math.Clamp(level, 1, share));
            }
            isUrgent = !_isUrgent && entry.Untold >= share;
            _isUrgent |= isUrgent;
        }
        if (isFirst || isUrgent)
            Waits?.Invoke(isUrgent);
    }

    /// <returns>Nothing waited before.</returns>
    private bool Add((int Limit, string Key) key, ToldKey entry, int messages)
    {
        // Nobody was told for a long time: more than a full bucket says nothing more.
        entry.Untold = Math.Min(entry.Untold + messages, _limits[key.Limit].Messages);
        if (entry.IsChanged)
            return false;
        entry.IsChanged = true;
        _changed.Enqueue(key);
        return _changed.Count == 1;
    }

    private void Sweep()
    {
        if (_time.GetElapsedTime(_sweptAt) < SweepInterval)
            return;
        _sweptAt = _time.GetTimestamp();
        foreach (var (key, entry) in _keys)
        {
            if (!entry.IsChanged && _buckets.Left(key) == TimeSpan.Zero)
                _keys.Remove(key);
        }
    }

    private sealed class ToldKey
    {
        /// <summary>Messages that the others have not heard of.</summary>
        public int Untold { get; set; }

        /// <summary>It is among those to be told.</summary>
        public bool IsChanged { get; set; }
    }
}
