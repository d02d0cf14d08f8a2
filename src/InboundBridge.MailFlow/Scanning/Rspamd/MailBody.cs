using System.Buffers;
using System.Net;
using System.Net.Http;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Scanning.Rspamd;

/// <summary>A mail as the body of a request: streamed piece by piece, never whole in memory for this.</summary>
internal sealed class MailBody(MailContent content) : HttpContent
{
    private const int Piece = 64 * 1024;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasBegun;

    /// <summary>Completes when the mail's octets are no longer read, whether or not all of them were sent. Never faults.</summary>
    public Task Ended => _hasBegun ? _ended.Task : Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _hasBegun = true;
        try
        {
            await CopyAsync(stream, cancellationToken);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (content.TryGetMemory(out var memory))
        {
            await stream.WriteAsync(memory, cancellationToken);
            return;
        }
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (long at = 0; await content.ReadAsync(at, piece, cancellationToken) is > 0 and var count; at += count)
                await stream.WriteAsync(piece.AsMemory(0, count), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
