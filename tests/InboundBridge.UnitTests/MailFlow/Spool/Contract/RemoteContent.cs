using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>
/// A mail in a store on another machine: each read takes a while, brings one chunk at most and can't be made synchronously.
/// </summary>
internal sealed class RemoteContent(byte[] octets, int chunk = 1021, int preludeLength = 0) : MailContent
{
    private bool _isDisposed;

    /// <summary>How often it was copied to this machine.</summary>
    public int Fetched { get; private set; }

    public override long Length => octets.Length;

    public override int PreludeLength => preludeLength;

    public override bool IsLocal => false;

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await Task.Yield();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var count = (int)Math.Min(Math.Min(octets.Length - offset, destination.Length), chunk);
        octets.AsMemory((int)offset, count).CopyTo(destination);
        return count;
    }

    public override async ValueTask<MailContent> ToLocalAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        Fetched++;
        return FromMemory(octets, preludeLength);
    }

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        base.Dispose(disposing);
    }
}
