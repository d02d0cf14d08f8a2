namespace InboundBridge.Smtp.Client;

/// <summary>The octets of one mail that is to be sent, readable at any offset. Owned by the caller; reads may come from several sessions at once.</summary>
public abstract class SmtpContent
{
    /// <summary>Octets; does not change while the mail is sent.</summary>
    public abstract long Length { get; }

    /// <summary>Copies octets from <paramref name="offset"/>; returns how many, 0 only at the end.</summary>
    /// <exception cref="IOException">They can't be read: the mail is not sent, and the peer is not told that it ended.</exception>
    public abstract int Read(long offset, Span<byte> destination);

    public static SmtpContent FromMemory(ReadOnlyMemory<byte> octets) => new MemoryContent(octets);

    private sealed class MemoryContent(ReadOnlyMemory<byte> octets) : SmtpContent
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
    }
}
