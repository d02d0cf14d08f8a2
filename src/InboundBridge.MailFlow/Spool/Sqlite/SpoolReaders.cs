using System.Collections.Concurrent;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>A few read-only connections: whoever reads has one to himself for as long as that takes.</summary>
internal sealed class SpoolReaders(Func<SqliteDatabase> open) : IDisposable
{
    private const int Most = 8;

    private readonly ConcurrentBag<SpoolReader> _idle = [];
    private readonly SemaphoreSlim _free = new(Most, Most);
    private volatile bool _isDisposed;

    /// <exception cref="SpoolUnavailableException">The disk, or a damaged part of the file.</exception>
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

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var reader))
            reader.Dispose();
    }

    private T Read<T>(Func<SpoolReader, T> read)
    {
        if (_isDisposed)
            throw new SpoolUnavailableException("the spool is closed");
        if (!_idle.TryTake(out var reader))
            reader = new SpoolReader(open());
        try
        {
            var result = read(reader);
            GiveBack(reader);
            return result;
        }
        catch (MessageDamagedException)
        {
            reader.ResetAll();
            GiveBack(reader);
            throw;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void GiveBack(SpoolReader reader)
    {
        // Closed meanwhile: nobody would take it out again.
        if (_isDisposed)
            reader.Dispose();
        else
            _idle.Add(reader);
    }
}
