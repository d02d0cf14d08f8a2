using System.Security.Cryptography;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// The octets of one mail, readable at any offset and any number of times, by several readers at once. They may be in memory, in a file or
/// in a remote store. Readers take a large mail piece by piece, so that its size never decides how much memory it needs. Nothing here knows
/// how a mail is built.
/// </summary>
public abstract class MailContent : IDisposable
{
    private const int Piece = 64 * 1024;

    /// <summary>Number of octets.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// How many octets at the start are the prelude, the header fields that we put on top. The octets as received follow. 0 where the two
    /// were never told apart: mails that an earlier version stored.
    /// </summary>
    public virtual int PreludeLength => 0;

    /// <summary>
    /// True where the octets are in memory or in a file of this machine: <see cref="Read"/>
    /// works, and <see cref="ReadAsync"/> completes synchronously.
    /// </summary>
    public virtual bool IsLocal => true;

    /// <summary>Copies octets from <paramref name="offset"/> and returns how many; 0 only at the end. For local content alone.</summary>
    /// <exception cref="InvalidOperationException">The content is not local.</exception>
    /// <exception cref="IOException">The octets can't be read.</exception>
    public virtual int Read(long offset, Span<byte> destination) =>
        throw new InvalidOperationException("content that is not local is read asynchronously; see ToLocalAsync");

    /// <summary>Copies octets from <paramref name="offset"/> and returns how many; 0 only at the end.</summary>
    /// <exception cref="IOException">The octets can't be read.</exception>
    public virtual ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        new(Read(offset, destination.Span));

    /// <summary>True, with all octets, where they are in memory already and need not be copied.</summary>
    public virtual bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    /// <summary>
    /// The same octets as local content, for readers that jump about in a mail, such as the parser. A remote store fetches them into a
    /// temporary file and deletes it when this content is disposed of. The caller disposes of this content only, never of the result.
    /// </summary>
    public virtual ValueTask<MailContent> ToLocalAsync(CancellationToken cancellationToken) =>
        IsLocal ? new(this) : throw new NotSupportedException($"{GetType().Name} does not say how it becomes local");

    /// <summary>SHA-256 of all octets, lower case hex. Reads them where the digest is not known yet.</summary>
    public virtual async ValueTask<string> ReadSha256Async(CancellationToken cancellationToken)
    {
        if (TryGetMemory(out var memory))
            return Convert.ToHexStringLower(SHA256.HashData(memory.Span));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[Piece];
        for (long at = 0; await ReadAsync(at, piece, cancellationToken) is > 0 and var count; at += count)
            hash.AppendData(piece, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The octets from first to last. Disposing of the stream disposes of this content.</summary>
    public Stream AsStream() => new MailContentStream(this);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <param name="octets">All octets, the prelude included.</param>
    public static MailContent FromMemory(ReadOnlyMemory<byte> octets, int preludeLength = 0) => new MemoryContent(octets, preludeLength);

    private sealed class MemoryContent(ReadOnlyMemory<byte> octets, int preludeLength) : MailContent
    {
        public override long Length => octets.Length;

        public override int PreludeLength => preludeLength;

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
