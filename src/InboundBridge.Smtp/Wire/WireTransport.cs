using System.IO.Pipelines;
using System.Net.Security;

namespace InboundBridge.Smtp.Wire;

/// <summary>The octets in both directions: the host's pipes at first, the same pipes under TLS after the upgrade.</summary>
internal sealed class WireTransport(IDuplexPipe plain) : IAsyncDisposable
{
    /// <summary>How long a peer may take to hear our close_notify; it has its last reply already.</summary>
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    private SslStream? _tls;

    public PipeReader Input { get; private set; } = plain.Input;

    public PipeWriter Output { get; private set; } = plain.Output;

    /// <summary>Runs the handshake and puts TLS under <see cref="Input"/> and <see cref="Output"/>. Throws what <see cref="SslStream"/> throws.</summary>
    /// <param name="options">Asked once the peer has named the host it wants (SNI); null when it named none.</param>
    public async Task<SslStream> UpgradeAsync(Func<string?, SslServerAuthenticationOptions> options, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new DuplexPipeStream(plain.Input, plain.Output), leaveInnerStreamOpen: true);
        _tls = stream;
        await stream.AuthenticateAsServerAsync((_, hello, _, _) => ValueTask.FromResult(options(hello.ServerName)), null, cancellationToken);
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

    /// <summary>Says goodbye in TLS where it is spoken, and ends both directions: ours first.</summary>
    /// <param name="linger">The peer may still be sending, and is to hear our last reply.</param>
    public async ValueTask CloseAsync(TimeProvider time, bool linger)
    {
        if (_tls is { IsAuthenticated: true } tls)
        {
            try
            {
                await tls.ShutdownAsync().WaitAsync(GoodbyeTime, time);
            }
            catch (Exception gone) when (gone is IOException or TimeoutException or InvalidOperationException or ObjectDisposedException)
            {
                // The peer left without waiting for the close_notify: nothing is lost by it.
            }
        }
        await plain.Output.CompleteAsync();
        if (linger)
            await Linger.DrainAsync(plain.Input, time);
        await plain.Input.CompleteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
            await _tls.DisposeAsync();
    }
}
