using System.Collections.Concurrent;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>A pool of read-only connections. Each read has one to itself.</summary>
internal sealed class SpoolReaders(Func<SqliteDatabase> open) : IAsyncDisposable
{
    private const int Most = 8;

    private readonly ConcurrentBag<SpoolReader> _idle = [];
    private readonly SemaphoreSlim _free = new(Most, Most);
    private volatile bool _isSuspended;
    private volatile bool _isDisposed;

    /// <exception cref="SpoolUnavailableException">The disk failed, a part of the database is damaged, or the spool is closed.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<SpoolReader, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return Read(read);
        }
        catch (SqliteFault fault)
        {
            throw new SpoolUnavailableException($"the spool can't be read: {fault.Message}", fault);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Closes all connections until <see cref="Resume"/>. Blocks the thread until present reads have ended.</summary>
    public void Suspend()
    {
        _isSuspended = true;
        for (var taken = 0; taken < Most; taken++)
            _free.Wait();
        CloseIdle();
    }

    public void Resume() => _isSuspended = false;

    /// <summary>
    /// Waits until present reads have ended: SQLite checkpoints the log when the last connection closes, and a read-only one can't do that.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        for (var taken = 0; taken < Most; taken++)
            await _free.WaitAsync();
        CloseIdle();
    }

    /// <summary>Closes the connections. Later reads then fail with the reason instead of waiting.</summary>
    private void CloseIdle()
    {
        while (_idle.TryTake(out var reader))
            reader.Dispose();
        _free.Release(Most);
    }

    private T Read<T>(Func<SpoolReader, T> read)
    {
        if (_isDisposed)
            throw new SpoolUnavailableException("the spool is closed");
        if (_isSuspended)
            throw new SpoolUnavailableException("the spool can't be read until its log can be synced again");
        if (!_idle.TryTake(out var reader))
            reader = new SpoolReader(open());
        try
        {
            var result = read(reader);
            _idle.Add(reader);
            return result;
        }
        catch (MessageDamagedException)
        {
            reader.ResetAll();
            _idle.Add(reader);
            throw;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }
}
