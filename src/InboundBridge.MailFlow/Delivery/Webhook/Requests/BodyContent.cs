using System.Buffers;
using System.Net;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>Sends a body with its length, in one write if it is in memory. Disposes the body.</summary>
internal sealed class BodyContent(MailContent body) : HttpContent
{
    private const int ChunkSize = 64 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (body.TryGetMemory(out var memory))
        {
            await stream.WriteAsync(memory, cancellationToken);
            return;
        }
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var offset = 0L;
            for (int count; (count = await body.ReadAsync(offset, chunk, cancellationToken)) > 0; offset += count)
            {
                await stream.WriteAsync(chunk.AsMemory(0, count), cancellationToken);
                // Reading the disk must not block the polling thread, which serves other sockets.
                await Task.Yield();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body.Dispose();
        base.Dispose(disposing);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
