namespace InboundBridge.Ui.Pages.Messages;

/// <summary>
/// The time that all open pages together may take to count what is new for their filters: a small share of one processor. On a calm
/// appliance a count takes a moment, and each page gets its own at once; on a busy one a count reads thousands of rows, and fifty pages
/// that ask every two seconds would slow the mail down.
/// </summary>
internal sealed class CountAllowance(TimeProvider clock)
{
    /// <summary>Of one processor's time.</summary>
    public const double Share = 0.03;

    /// <summary>What may be saved up while nobody asks.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMilliseconds(150);

    private readonly Lock _gate = new();
    private TimeSpan _left = Most;
    private TimeSpan _usual = TimeSpan.FromMilliseconds(1);
    private long _since = clock.GetTimestamp();

    /// <summary>
    /// Counts. What a count usually takes is paid at once, so that pages that ask together can't spend what only one may.
    /// </summary>
    /// <returns>Null: the time is spent; the page may ask again in a moment.</returns>
    public async Task<T?> SpendAsync<T>(Func<Task<T>> count)
        where T : class
    {
        TimeSpan paid;
        var begin = clock.GetTimestamp();
        lock (_gate)
        {
            _left = Least(Most, _left + (clock.GetElapsedTime(_since, begin) * Share));
            _since = begin;
            if (_left <= TimeSpan.Zero)
                return null;
            paid = _usual;
            _left -= paid;
        }
        try
        {
            return await count();
        }
        finally
        {
            var took = clock.GetElapsedTime(begin);
            lock (_gate)
            {
                _left -= took - paid;
                _usual = took;
            }
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
