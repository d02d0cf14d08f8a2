using System.Buffers;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using InboundBridge.Metrics;

namespace InboundBridge.Logging;

/// <summary>
/// Takes finished lines from any thread and writes them from one of its own. A slow terminal or a full pipe never holds up mail: beyond
/// <see cref="MostLines"/> lines that wait, new ones are lost, counted, and said to be lost once there is room.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    public const int MostLines = 16_384;

    private const int BatchOctets = 64 * 1024;

    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(2);

    /// <summary>Lines of one batch come together for so long: under load each write to the file then carries many.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly Channel<Line> _lines = Channel.CreateBounded<Line>(new BoundedChannelOptions(MostLines) { SingleReader = true });
    private readonly Stream _output;
    private readonly Func<long, byte[]> _lossNotice;
    private readonly ManualResetEventSlim _ending = new();
    private readonly Thread _thread;
    private readonly Meter _meter = new(MetricsCollector.MeterName);
    private readonly Counter<long> _lostCounter;
    private long _lost;

    /// <param name="lossNotice">The line that says how many were lost.</param>
    public LogWriter(Stream output, Func<long, byte[]> lossNotice)
    {
        _output = output;
        _lossNotice = lossNotice;
        _lostCounter = _meter.CreateCounter<long>("log_lines_lost_total", description: "Log lines that were thrown away because the log could not be written fast enough");
        _thread = new Thread(WriteLines) { IsBackground = true, Name = "log writer" };
        _thread.Start();
    }

    /// <summary>Copies the line (with its line end) and returns at once.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        var copy = ArrayPool<byte>.Shared.Rent(line.Length);
        line.CopyTo(copy);
        if (_lines.Writer.TryWrite(new Line(copy, line.Length)))
            return;
        ArrayPool<byte>.Shared.Return(copy);
        Interlocked.Increment(ref _lost);
        _lostCounter.Add(1);
    }

    /// <summary>Writes what waits, but no longer than two seconds.</summary>
    public void Dispose()
    {
        if (_lines.Writer.TryComplete())
        {
            _ending.Set();
            _thread.Join(LongestFlush);
        }
        _meter.Dispose();
    }

    private void WriteLines()
    {
        var batch = new ArrayBufferWriter<byte>(BatchOctets);
        while (_lines.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (_lines.Reader.Count < MostLines / 8)
                _ending.Wait(Gathering);
            while (batch.WrittenCount < BatchOctets && _lines.Reader.TryRead(out var line))
            {
                batch.Write(line.Octets.AsSpan(0, line.Length));
                ArrayPool<byte>.Shared.Return(line.Octets);
            }
            if (Interlocked.Exchange(ref _lost, 0) is var lost and > 0)
                batch.Write(_lossNotice(lost));
            try
            {
                _output.Write(batch.WrittenSpan);
                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads any more (a closed pipe): there is nowhere left to say so, and mail goes on.
                _lostCounter.Add(1);
            }
            batch.Clear();
        }
    }

    private readonly record struct Line(byte[] Octets, int Length);
}
