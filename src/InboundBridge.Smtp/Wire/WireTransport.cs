using System.IO.Pipelines;
using System.Net.Security;

namespace InboundBridge.Smtp.Wire;

/// <summary>The octets in both directions: the host's pipes at first, the same pipes under TLS after the upgrade.</summary>
internal sealed class WireTransport(IDuplexPipe plain) : IAsyncDisposable
{
    /// <summary>How long a peer may take to hear our last words.</summary>
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    private SslStream? _tls;

    public PipeReader Input { get; private set; } = plain.Input;

    public PipeWriter Output { get; private set; } = plain.Output;

    /// <summary>Runs the handshake and puts TLS under <see cref="Input"/> and <see cref="Output"/>. Throws what <see cref="SslStream"/> throws.</summary>
    /// <param name="options">Asked once the peer has said hello: which host it wants (SNI), and which versions it speaks.</param>
    public async Task<SslStream> UpgradeAsync(Func<SslClientHelloInfo, SslServerAuthenticationOptions> options, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new DuplexPipeStream(plain.Input, plain.Output), leaveInnerStreamOpen: true);
        _tls = stream;
        await stream.AuthenticateAsServerAsync((_, hello, _, _) => ValueTask.FromResult(options(hello)), null, cancellationToken);
        // Zero-byte reads: an idle TLS connection holds no read buffer.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 4 * 1024, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        return stream;
    }

    /// <summary>Wakes a read or flush that waits; called by timers and by the shutdown.</summary>
    public void CancelPending()
    {
        Input.CancelPendingRead();
        Output.CancelPendingFlush();
    }

    /// <summary>Sends what is left, says goodbye in TLS where it is spoken, and ends both directions: ours first. Bounded in time, whatever the peer does.</summary>
    /// <param name="linger">The peer may still be sending, and is to hear our last reply.</param>
    /// <param name="stalled">The peer does not read: what is left would wait for it for ever.</param>
    public async ValueTask CloseAsync(TimeProvider time, bool linger, bool stalled)
    {
        var isSent = !stalled && await FinishAsync(time);
        // With an exception nothing more is written.
        await plain.Output.CompleteAsync(isSent ? null : new IOException("the peer does not read"));
        if (linger)
            await Linger.DrainAsync(plain.Input, time);
        await plain.Input.CompleteAsync();
    }

    /// <summary>False when the peer did not take it in time, or is gone.</summary>
    private async ValueTask<bool> FinishAsync(TimeProvider time)
    {
        if (_tls is null && Output.CanGetUnflushedBytes && Output.UnflushedBytes == 0)
            return true;
        using var deadline = new CancellationTokenSource(GoodbyeTime, time);
        await using var wake = deadline.Token.Register(() =>
        {
            Output.CancelPendingFlush();
            plain.Output.CancelPendingFlush();
        });
        try
        {
            // A timer's wake-up that comes late is not the end of the time.
            while ((await Output.FlushAsync(CancellationToken.None)).IsCanceled && !deadline.IsCancellationRequested)
            {
            }
            if (_tls is { IsAuthenticated: true } tls)
                await tls.ShutdownAsync();
            return !deadline.IsCancellationRequested;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The peer left without waiting for the close_notify: nothing is lost by it.
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
            await _tls.DisposeAsync();
    }
}
