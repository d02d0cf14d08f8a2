namespace InboundBridge.Mime;

/// <summary>
/// The raw octets of one mail, readable at any offset, in memory or in a file. Readers keep offsets into it, never the whole of a large
/// mail. Safe for concurrent reads.
/// </summary>
public abstract class MimeSource : IDisposable
{
    /// <summary>Octets.</summary>
    public abstract long Length { get; }

    /// <summary>Copies octets from <paramref name="offset"/>; returns how many, 0 only at the end.</summary>
    public abstract int Read(long offset, Span<byte> destination);

    /// <summary>True with the octets where all of them are already in memory, so that nothing has to be copied.</summary>
    public virtual bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    /// <summary>Octets of the buffer that moves over a source that is not in memory.</summary>
    internal virtual int WindowSize => 64 * 1024;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    public static MimeSource FromMemory(ReadOnlyMemory<byte> octets) => new MemoryMimeSource(octets);

    private sealed class MemoryMimeSource(ReadOnlyMemory<byte> octets) : MimeSource
    {
        public override long Length => octets.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            if (offset >= octets.Length)
                return 0;
            var rest = octets.Span[(int)offset..];
            var count = Math.Min(rest.Length, destination.Length);
            rest[..count].CopyTo(destination);
            return count;
        }

        public override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
        {
            memory = octets;
            return true;
        }
    }
}
