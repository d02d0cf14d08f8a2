namespace InboundBridge.Smtp.Client;

/// <summary>The octets of one mail that is to be sent, readable at any offset. Owned by the caller; several sessions may read at the same time.</summary>
public abstract class SmtpContent
{
    /// <summary>Octets; does not change while the mail is sent.</summary>
    public abstract long Length { get; }

    /// <summary>Copies octets from <paramref name="offset"/> and returns how many; 0 only at the end. Completes synchronously where nothing has to be waited for.</summary>
    /// <exception cref="IOException">They can't be read: the mail is not sent, and the peer is not told that it ended.</exception>
    public abstract ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>True, with all octets, where they are in memory already.</summary>
    public virtual bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    public static SmtpContent FromMemory(ReadOnlyMemory<byte> octets) => new MemoryContent(octets);

    private sealed class MemoryContent(ReadOnlyMemory<byte> octets) : SmtpContent
    {
        public override long Length => octets.Length;

        public override ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            if (offset >= octets.Length)
                return new(0);
            var rest = octets[(int)offset..];
            var count = Math.Min(rest.Length, destination.Length);
            rest[..count].CopyTo(destination);
            return new(count);
        }

        public override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
        {
            memory = octets;
            return true;
        }
    }
}
