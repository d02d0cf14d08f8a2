using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Spool.Sqlite.Bodies;

/// <summary>The octets of a small mail in pooled memory, shared by whoever reads them: it goes back to the pool when the last holder lets go.</summary>
internal sealed class BodyBuffer(byte[] octets, int length)
{
    private int _holders = 1;

    public ReadOnlyMemory<byte> Memory => octets.AsMemory(0, length);

    public int Length => length;

    /// <summary>What it takes of memory.</summary>
    public int Capacity => octets.Length;

    /// <summary>False when it has gone back to the pool already.</summary>
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

    /// <summary>A source that holds the buffer until it is disposed. The caller's own hold passes to it.</summary>
    public MimeSource ToSource() => new BufferSource(this);

    private sealed class BufferSource(BodyBuffer buffer) : MimeSource
    {
        private readonly int _length = buffer.Length;
        private BodyBuffer? _buffer = buffer;

        public override long Length => _length;

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

        // After its return to the pool the memory holds another mail.
        private BodyBuffer Held() => _buffer ?? throw new ObjectDisposedException(nameof(MimeSource));
    }
}
