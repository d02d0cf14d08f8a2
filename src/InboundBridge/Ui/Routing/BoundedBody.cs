using Microsoft.AspNetCore.Http.Features;

namespace InboundBridge.Ui.Routing;

/// <summary>The body of a request, of which no more than a number of octets is ever read.</summary>
internal sealed class BoundedBody : Stream
{
    private readonly HttpContext _context;
    private readonly long _most;
    private readonly CancellationToken _stop;
    private long _taken;

    /// <param name="stop">Ends every read: not every reader of a stream hands on the token that it has.</param>
    /// <exception cref="BadHttpRequestException">It says itself that it is larger.</exception>
    public BoundedBody(HttpContext context, long most, CancellationToken stop)
    {
        (_context, _most, _stop) = (context, most, stop);
        if (context.Request.ContentLength > most)
            throw TooLarge();
        // The server's own limit is for mails.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = most + 1;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="BadHttpRequestException">It is larger.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // One octet more tells that there is more.
        var count = await _context.Request.Body.ReadAsync(
            buffer[..(int)Math.Min(buffer.Length, _most + 1 - _taken)], _stop);
        _taken += count;
        return _taken <= _most ? count : throw TooLarge();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private BadHttpRequestException TooLarge()
    {
        // Don't wait for the rest of the body.
        _context.Response.Headers.Connection = "close";
        return new BadHttpRequestException($"at most {_most} octets are read", StatusCodes.Status413PayloadTooLarge);
    }
}
