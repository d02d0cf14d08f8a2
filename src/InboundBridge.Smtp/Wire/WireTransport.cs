using System.IO.Pipelines;
using System.Net.Security;

namespace InboundBridge.Smtp.Wire;

/// <summary>
/// The connection's octets in both directions: the host's pipes at first, and after the upgrade a TLS stream on top of them.
/// </summary>
internal sealed class WireTransport(IDuplexPipe plain) : IAsyncDisposable
{
    /// <summary>How long the client may take to receive our last replies.</summary>
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    private SslStream? _tls;

    public PipeReader Input { get; private set; } = plain.Input;

    public PipeWriter Output { get; private set; } = plain.Output;

    /// <summary>Runs the TLS handshake and then reads and writes through TLS. Throws what <see cref="SslStream"/> throws.</summary>
    /// <param name="options">Called with the client's hello, which names the host it wants (SNI) and the TLS versions it offers.</param>
    public async Task<SslStream> UpgradeAsync(
        Func<SslClientHelloInfo, SslServerAuthenticationOptions> options, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new DuplexPipeStream(plain.Input, plain.Output), leaveInnerStreamOpen: true);
        _tls = stream;
        await stream.AuthenticateAsServerAsync((_, hello, _, _) => ValueTask.FromResult(options(hello)), null, cancellationToken);
        // With zero-byte reads an idle TLS connection holds no read buffer.
        Input = PipeReader.Create(
            stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 4 * 1024, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        return stream;
    }

    /// <summary>Interrupts a read or flush that waits; called by timers and by the shutdown.</summary>
    public void CancelPending()
    {
        Input.CancelPendingRead();
        Output.CancelPendingFlush();
    }

    /// <summary>
    /// Sends what is left, sends close_notify under TLS, and closes both directions,
    /// ours first. Its time is bounded whatever the client does.
    /// </summary>
    /// <param name="linger">The client may still be sending and should get to read our last reply.</param>
    /// <param name="stalled">The client does not read, so sending what is left would never end.</param>
    public async ValueTask CloseAsync(TimeProvider time, bool linger, bool stalled)
    {
        var isSent = !stalled && await FinishAsync(time);
        // Completing with an exception discards what is left.
        await plain.Output.CompleteAsync(isSent ? null : new IOException("the peer does not read"));
        if (linger)
            await Linger.DrainAsync(plain.Input, time);
        await plain.Input.CompleteAsync();
    }

    /// <summary>False when the client did not take the octets in time, or is gone.</summary>
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
            // A late wake-up of the session's timer also cancels a flush; only this deadline ends the wait.
            while ((await Output.FlushAsync(CancellationToken.None)).IsCanceled && !deadline.IsCancellationRequested)
            {
            }
            if (_tls is { IsAuthenticated: true } tls)
                await tls.ShutdownAsync();
            return !deadline.IsCancellationRequested;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client closed the connection without waiting for close_notify.
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
            await _tls.DisposeAsync();
    }
}
