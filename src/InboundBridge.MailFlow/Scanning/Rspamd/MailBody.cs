using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Scanning.Rspamd;

/// <summary>
/// A mail as the body of a request: streamed piece by piece, never whole in memory for this. Each piece is copied before it is sent, so
/// that a send that hangs holds nothing of the mail, whose memory the next mail gets.
/// </summary>
[SuppressMessage("Design", "CA2213", Justification = "The semaphore has no handle to free, and a send that hangs may use it.")]
internal sealed class MailBody(MailContent content) : HttpContent
{
    private const int Piece = 64 * 1024;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private bool _isAbandoned;

    /// <summary>Returns when the mail's octets are no longer read. Waits for the disk at most, and never for the scanner.</summary>
    public async ValueTask AbandonAsync()
    {
        await _reading.WaitAsync();
        _isAbandoned = true;
        _reading.Release();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent((int)Math.Min(Piece, Math.Max(content.Length, 1)));
        try
        {
            for (long at = 0; await ReadAsync(at, piece, cancellationToken) is > 0 and var count; at += count)
                await stream.WriteAsync(piece.AsMemory(0, count), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private async ValueTask<int> ReadAsync(long offset, byte[] piece, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return _isAbandoned ? throw new IOException("the request was given up")
                : await content.ReadAsync(offset, piece, cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }
}
