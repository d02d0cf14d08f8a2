namespace InboundBridge.Smtp.Client;

/// <summary>
/// The octets of a message to send, readable at any offset. The caller owns it; several sessions may read it at the same time.
/// </summary>
public abstract class SmtpContent
{
    /// <summary>Octets of the message; constant while it is sent.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// Copies octets from <paramref name="offset"/> and returns their number; 0 only at the end.
    /// Completes synchronously unless it must wait for a disk.
    /// </summary>
    /// <exception cref="IOException">They can't be read. The end of the message is then not sent, so the server discards it.</exception>
    public abstract ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Returns all octets if they are in memory.</summary>
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
