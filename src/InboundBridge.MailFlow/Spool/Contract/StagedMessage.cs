namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// A message that is being received. It is written front to back, then sealed, and then either committed or
/// disposed of without a trace. Up to <see cref="SpoolOptions.InlineLimit"/> octets stay in pooled memory; a larger
/// message streams to the store's disk. Owned by one reception.
/// </summary>
public abstract class StagedMessage : IAsyncDisposable
{
    public abstract string Id { get; }

    /// <summary>Octets received so far; those of the prelude don't count.</summary>
    public abstract long Length { get; }

    /// <summary>A buffer for the next octets. <see cref="AdvanceAsync"/> then says how many were put there.</summary>
    public abstract Memory<byte> GetBuffer();

    public abstract ValueTask AdvanceAsync(int count, CancellationToken cancellationToken);

    /// <summary>Writes octets that are in memory already.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        while (!octets.IsEmpty)
        {
            var buffer = GetBuffer();
            var count = Math.Min(buffer.Length, octets.Length);
            octets[..count].CopyTo(buffer);
            await AdvanceAsync(count, cancellationToken);
            octets = octets[count..];
        }
    }

    /// <summary>Ends writing. Afterwards <see cref="Content"/> is complete and <see cref="Sha256"/> is known.</summary>
    public abstract ValueTask SealAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The prelude and the octets received so far (all of them after sealing), readable while this
    /// object lives. Local: rules read them before the commit.
    /// </summary>
    public abstract MailContent Content { get; }

    /// <summary>Of prelude and received octets together, lower case hex.</summary>
    public abstract string Sha256 { get; }

    public abstract ValueTask DisposeAsync();
}
