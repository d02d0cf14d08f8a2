using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

/// <summary>
/// Writes entries to the spool in batches, about once a second, so that no session waits for the disk. What a crash or a full disk loses
/// costs a stranger one more wait.
/// </summary>
internal sealed class GreylistJournal : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Entries of one write, which the spool's other writes wait for.</summary>
    private const int LargestBatch = 500;

    /// <summary>Entries that wait. Only a disk that has stopped lets so many gather.</summary>
    private const int MostWaiting = 20_000;

    private readonly Lock _gate = new();
    private readonly IMailSpool _spool;
    private readonly GreylistLog _log;
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private Dictionary<UInt128, GreylistEntry> _waiting = [];
    private bool _isSet;

    public GreylistJournal(IMailSpool spool, TimeProvider clock, GreylistLog log)
    {
        (_spool, _log) = (spool, log);
        _timer = clock.CreateTimer(_ => _ = FlushAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Keep(GreylistEntry entry)
    {
        lock (_gate)
        {
            if (_waiting.Count >= MostWaiting && !_waiting.ContainsKey(entry.Key))
                return;
            _waiting[entry.Key] = entry;
            if (_isSet)
                return;
            _isSet = true;
        }
        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Returns when everything that waits has been written, or can't be.</summary>
    public async Task FlushAsync()
    {
        await _writing.WaitAsync();
        try
        {
            Dictionary<UInt128, GreylistEntry> entries;
            lock (_gate)
            {
                (entries, _waiting) = (_waiting, []);
                _isSet = false;
            }
            foreach (var batch in entries.Values.Chunk(LargestBatch))
                await WriteAsync(batch);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await FlushAsync();
    }

    private async Task WriteAsync(GreylistEntry[] batch)
    {
        try
        {
            await _spool.KeepGreylistAsync(batch, CancellationToken.None);
        }
        catch (SpoolUnavailableException fault)
        {
            _log.Unwritten(batch.Length, fault.GetBaseException().Message);
        }
    }
}
