using System.Net.Sockets;
using System.Threading.Channels;
using InboundBridge.Configuration.Options.Watching;

namespace InboundBridge.Logging.Syslog;

/// <summary>
/// Sends lines to a syslog receiver on a task of its own, and connects again when that fails. It never delays a caller: while <see
/// cref="MostLines"/> lines wait, new ones are dropped and counted, and a line reports their number when there is room.
/// </summary>
internal sealed class SyslogSender : IAsyncDisposable
{
    public const int MostLines = 16_384;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MostLines) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private readonly CancellationTokenSource _stop;
    private readonly Func<long, byte[]> _lossNotice;
    private readonly Action<bool, string> _report;
    private readonly TimeProvider _clock;
    private readonly Task _loop;
    private readonly LostLines _lost;
    private long _untold;
    private volatile bool _isEnding;
    private bool _isBroken;

    /// <param name="lossNotice">Makes the line that says how many lines were lost.</param>
    /// <param name="report">
    /// Told when the receiver can't be reached (false, with the reason), and when it can again (true); not for each attempt.
    /// </param>
    /// <param name="lost">Counts what no receiver gets.</param>
    public SyslogSender(
        SyslogAddress address, Func<long, byte[]> lossNotice, Action<bool, string> report, LostLines lost, TimeProvider clock)
    {
        (Address, _lossNotice, _report, _lost, _clock) = (address, lossNotice, report, lost, clock);
        _stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _loop = Task.Run(() => RunAsync(_stop.Token));
    }

    public SyslogAddress Address { get; }

    /// <summary>Lines that were thrown away and of which the receiver has not heard yet.</summary>
    public long Untold => Interlocked.Read(ref _untold);

    /// <summary>Returns at once.</summary>
    /// <returns>False: it ends, and takes nothing more.</returns>
    public bool Send(byte[] line)
    {
        if (_lines.Writer.TryWrite(line))
            return true;
        if (_isEnding)
            return false;
        Lose(1);
        return true;
    }

    /// <summary>Sends the waiting lines, for at most two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        _isEnding = true;
        _lines.Writer.TryComplete();
        _stop.CancelAfter(LongestFlush);
        await _loop;
        _stop.Dispose();
    }

    /// <summary>After the end: takes out the next line that was not sent; null when there is none.</summary>
    public byte[]? TakeUnsent() => _lines.Reader.TryRead(out var line) ? line : null;

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
        try
        {
            while (await _lines.Reader.WaitToReadAsync(cancellationToken))
            {
                try
                {
                    using var connection = await SyslogConnection.OpenAsync(Address, cancellationToken);
                    await SendAllAsync(connection, () => pause = ShortestPause, cancellationToken);
                }
                catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    // Whatever it is: if this task ended, lines would pile up until the next start.
                    Broken(fault is OperationCanceledException ? "it takes too long" : fault.Message);
                    await Task.Delay(pause, _clock, cancellationToken);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The time for the last lines is over.
            return;
        }
    }

    private async Task SendAllAsync(SyslogConnection connection, Action works, CancellationToken cancellationToken)
    {
        while (await _lines.Reader.WaitToReadAsync(cancellationToken))
        {
            // A line leaves the queue when it was sent: what a broken connection did not take is sent over the next one.
            while (_lines.Reader.TryPeek(out var line))
            {
                if (!await TrySendAsync(connection, line, cancellationToken))
                    Lose(1);
                _lines.Reader.TryRead(out _);
                works();
                Mended();
                if (Untold is > 0 and var untold)
                {
                    await connection.SendAsync(_lossNotice(untold), cancellationToken);
                    Interlocked.Add(ref _untold, -untold);
                }
            }
        }
    }

    /// <returns>False: no datagram of this size can be sent. Tried again, it would keep all later lines waiting for good.</returns>
    private static async Task<bool> TrySendAsync(SyslogConnection connection, byte[] line, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendAsync(line, cancellationToken);
            return true;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.MessageSize)
        {
            return false;
        }
    }

    private void Lose(long lines)
    {
        _lost.Add(lines);
        Interlocked.Add(ref _untold, lines);
    }

    private void Broken(string reason)
    {
        if (!_isBroken)
            _report(false, reason);
        _isBroken = true;
    }

    private void Mended()
    {
        if (_isBroken)
            _report(true, string.Empty);
        _isBroken = false;
    }
}
