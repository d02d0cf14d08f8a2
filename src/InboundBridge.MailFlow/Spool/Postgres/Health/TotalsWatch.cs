using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Postgres.Health;

/// <summary>
/// The totals of the whole store as they were a few seconds ago, for the metrics: a scrape must not wait for the database.
/// </summary>
internal sealed class TotalsWatch(Func<ValueTask<SpoolTotals>> read, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private SpoolTotals _latest = new(0, 0, null, []);

    public SpoolTotals Latest => Volatile.Read(ref _latest);

    public void Start() => _loop = Task.Run(FollowAsync);

    public async ValueTask<SpoolTotals> ReadAsync()
    {
        var totals = await read();
        Volatile.Write(ref _latest, totals);
        return totals;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, clock, _stop.Token);
                await TryAsync();
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task TryAsync()
    {
        try
        {
            await ReadAsync();
        }
        catch (SpoolUnavailableException)
        {
            // Whoever commits hears of it and logs it; the metrics keep the last totals.
            return;
        }
    }
}
