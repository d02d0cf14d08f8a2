using System.Buffers;

namespace InboundBridge.Logging;

/// <summary>
/// Takes finished lines from any thread and writes them on a thread of its own. A slow terminal or a full pipe never delays mail: while
/// <see cref="MostLines"/> lines wait, new lines are dropped and counted, and a line reports their number once there is room.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    public const int MostLines = 16_384;

    private const int FirstBatch = 64 * 1024;

    /// <summary>Octets. A buffer that grew beyond this is not used again.</summary>
    private const int LargestBatchKept = 1024 * 1024;

    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(2);

    /// <summary>How long a batch waits for more lines: under load each write to the file then carries many.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Pulsed when the first line of a batch arrives, and at the end. A monitor, since its
    /// waiters do not spin first as those of other primitives do.
    /// </summary>
    private readonly object _gate = new();
    private readonly Stream _output;
    private readonly Func<long, byte[]> _lossNotice;
    private readonly Thread _thread;
    private ArrayBufferWriter<byte> _batch = new(FirstBatch);
    private int _waiting;
    private long _lost;
    private long _lostInAll;
    private bool _isEnding;

    /// <param name="lossNotice">Makes the line that says how many lines were lost.</param>
    public LogWriter(Stream output, Func<long, byte[]> lossNotice)
    {
        _output = output;
        _lossNotice = lossNotice;
        _thread = new Thread(WriteLines) { IsBackground = true, Name = "log writer" };
        _thread.Start();
    }

    /// <summary>Lines thrown away since the start, and lines that could not be written.</summary>
    public long Lost => Interlocked.Read(ref _lostInAll);

    /// <summary>Copies the line (with its line end) and returns at once.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (!_isEnding && _waiting < MostLines)
            {
                line.CopyTo(_batch.GetSpan(line.Length));
                _batch.Advance(line.Length);
                if (_waiting++ == 0)
                    Monitor.Pulse(_gate);
                return;
            }
            _lost++;
        }
        Interlocked.Increment(ref _lostInAll);
    }

    /// <summary>Writes the waiting lines, for at most two seconds.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join(LongestFlush);
    }

    private void WriteLines()
    {
        for (var spare = new ArrayBufferWriter<byte>(FirstBatch); TakeBatch(spare, out var lines, out var told) is { } batch;
            spare = Emptied(batch))
        {
            try
            {
                _output.Write(batch.WrittenSpan);
                _output.Flush();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                // The disk behind it is full, or the reader is gone (a closed pipe). Mail must continue. The next batch tells of it.
                lock (_gate)
                    _lost += lines + told;
                Interlocked.Add(ref _lostInAll, lines);
            }
        }
    }

    /// <summary>
    /// Waits for lines and puts <paramref name="spare"/> in place for the next ones. Null: disposed, and every line is written.
    /// </summary>
    /// <param name="told">How many lost lines it tells of.</param>
    private ArrayBufferWriter<byte>? TakeBatch(ArrayBufferWriter<byte> spare, out long lines, out long told)
    {
        ArrayBufferWriter<byte> batch;
        (lines, told) = (0, 0);
        lock (_gate)
        {
            while (_waiting == 0 && !_isEnding)
                Monitor.Wait(_gate);
            if (_waiting == 0)
                return null;
            if (!_isEnding && _waiting < MostLines / 8)
                Monitor.Wait(_gate, Gathering);
            (batch, _batch, lines, _waiting) = (_batch, spare, _waiting, 0);
            (told, _lost) = (_lost, 0);
        }
        if (told > 0)
            batch.Write(_lossNotice(told));
        return batch;
    }

    private static ArrayBufferWriter<byte> Emptied(ArrayBufferWriter<byte> batch)
    {
        if (batch.Capacity > LargestBatchKept)
            return new ArrayBufferWriter<byte>(FirstBatch);
        batch.ResetWrittenCount();
        return batch;
    }
}
