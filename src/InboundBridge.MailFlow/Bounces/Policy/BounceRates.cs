namespace InboundBridge.MailFlow.Bounces.Policy;

/// <summary>
/// Counts bounces by key (an address, a domain) in windows of one period. Bounded: when the table is full, keys that are new share one
/// window, so that many keys can't make room for more bounces. It starts empty with the process.
/// </summary>
internal sealed class BounceRates(TimeProvider clock, int mostKeys = 10_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Window> _windows = new(StringComparer.OrdinalIgnoreCase);
    private Window _shared;

    /// <summary>Whether each of the keys may have one more. Counts it for all of them, or for none.</summary>
    public bool TryTake(TimeSpan period, params ReadOnlySpan<(string Key, int Most)> keys)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            foreach (var (key, most) in keys)
            {
                if (Current(key, now, period).Count >= most)
                    return false;
            }
            foreach (var (key, _) in keys)
                Count(key, now, period);
            return true;
        }
    }

    private Window Current(string key, long now, TimeSpan period)
    {
        var window = _windows.TryGetValue(key, out var known) ? known : HasRoom(now, period) ? default : _shared;
        return window.Count > 0 && clock.GetElapsedTime(window.Began, now) < period ? window : new Window(now, 0);
    }

    private void Count(string key, long now, TimeSpan period)
    {
        var window = Current(key, now, period);
        var next = window with { Count = window.Count + 1 };
        if (_windows.ContainsKey(key) || _windows.Count < mostKeys)
            _windows[key] = next;
        else
            _shared = next;
    }

    /// <summary>Windows that are over are removed when the table is full, not before.</summary>
    private bool HasRoom(long now, TimeSpan period)
    {
        if (_windows.Count < mostKeys)
            return true;
        foreach (var (key, window) in _windows)
        {
            if (clock.GetElapsedTime(window.Began, now) >= period)
                _windows.Remove(key);
        }
        return _windows.Count < mostKeys;
    }

    private readonly record struct Window(long Began, int Count);
}
