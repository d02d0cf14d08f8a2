using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Log;

/// <summary>From now on each sync of the disk hangs until it is released.</summary>
internal sealed class HeldSyncs : IDisposable
{
    private readonly FaultyDatabaseDisk _disk;
    private readonly TaskCompletionSource _released = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public HeldSyncs(FaultyDatabaseDisk disk)
    {
        _disk = disk;
        disk.Syncing = _ =>
        {
            Interlocked.Increment(ref _count);
            _begun.TrySetResult();
            _released.Task.Wait();
        };
    }

    /// <summary>Number of syncs that have begun.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Completes when the first sync hangs.</summary>
    public Task BegunAsync() => _begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Release() => _released.TrySetResult();

    public void Dispose()
    {
        _disk.Syncing = _ => { };
        Release();
    }
}
