using System.Net.Sockets;
using System.Security.Authentication;
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
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<long, byte[]> _lossNotice;
    private readonly Action<bool, string> _report;
    private readonly TimeProvider _clock;
    private readonly Task _loop;
    private long _lost;
    private long _untold;
    private bool _isBroken;

    /// <param name="lossNotice">Makes the line that says how many lines were lost.</param>
    /// <param name="report">
    /// Told when the receiver can't be reached (false, with the reason), and when it can again (true); not for each attempt.
    /// </param>
    public SyslogSender(SyslogAddress address, Func<long, byte[]> lossNotice, Action<bool, string> report, TimeProvider clock)
    {
        (Address, _lossNotice, _report, _clock) = (address, lossNotice, report, clock);
        _loop = Task.Run(() => RunAsync(_stop.Token));
    }

    public SyslogAddress Address { get; }

    /// <summary>Lines thrown away since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Returns at once.</summary>
    public void Send(byte[] line)
    {
        if (_lines.Writer.TryWrite(line))
            return;
        Interlocked.Increment(ref _lost);
        Interlocked.Increment(ref _untold);
    }

    /// <summary>Sends the waiting lines, for at most two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        _stop.CancelAfter(LongestFlush);
        await _loop;
        while (_lines.Reader.TryRead(out _))
            Interlocked.Increment(ref _lost);
        _stop.Dispose();
    }

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
                catch (Exception fault) when (fault is SocketException or IOException or AuthenticationException
                    || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
                {
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
                await connection.SendAsync(line, cancellationToken);
                _lines.Reader.TryRead(out _);
                works();
                Mended();
                if (Interlocked.Exchange(ref _untold, 0) is > 0 and var untold)
                    await connection.SendAsync(_lossNotice(untold), cancellationToken);
            }
        }
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
