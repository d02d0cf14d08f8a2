using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Bodies;

/// <summary>
/// A small mail in a pooled buffer that its readers share. The last holder that releases it returns the buffer to the pool.
/// </summary>
/// <param name="octets">From <see cref="BodyPool"/>: the prelude, and right behind it what was received.</param>
/// <param name="length">Octets of both.</param>
internal sealed class MailBuffer(byte[] octets, int length, int preludeLength)
{
    private int _holders = 1;

    public ReadOnlyMemory<byte> Memory => octets.AsMemory(0, length);

    public ReadOnlyMemory<byte> Prelude => octets.AsMemory(0, preludeLength);

    public ReadOnlyMemory<byte> Received => octets.AsMemory(preludeLength, length - preludeLength);

    /// <summary>Of both, lower case hex; null where nobody computed it.</summary>
    public string? Sha256 { get; init; }

    public int Length => length;

    /// <summary>Octets of memory that the buffer takes.</summary>
    public int Capacity => octets.Length;

    /// <summary>Adds a holder; false if the buffer has already gone back to the pool.</summary>
    public bool TryHold()
    {
        var holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
                return true;
            holders = seen;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            BodyPool.Return(octets);
    }

    /// <summary>Content that holds the buffer until it is disposed of. The caller's own hold passes to it.</summary>
    public MailContent ToContent() => new BufferContent(this);

    private sealed class BufferContent(MailBuffer buffer) : MailContent
    {
        private readonly int _length = buffer.Length;
        private MailBuffer? _buffer = buffer;

        public override long Length => _length;

        public override int PreludeLength { get; } = buffer.Prelude.Length;

        public override ValueTask<string> ReadSha256Async(CancellationToken cancellationToken) =>
            _buffer?.Sha256 is { } known ? new(known) : base.ReadSha256Async(cancellationToken);

        public override int Read(long offset, Span<byte> destination)
        {
            var octets = Held().Memory.Span;
            if (offset >= octets.Length)
                return 0;
            var count = Math.Min(octets.Length - (int)offset, destination.Length);
            octets.Slice((int)offset, count).CopyTo(destination);
            return count;
        }

        public override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
        {
            memory = Held().Memory;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Exchange(ref _buffer, null)?.Release();
            base.Dispose(disposing);
        }

        // Once the buffer is back in the pool it may hold another mail.
        private MailBuffer Held() => _buffer ?? throw new ObjectDisposedException(nameof(MailContent));
    }
}
