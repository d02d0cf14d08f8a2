using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// A message that is being received: written front to back, then sealed, then either committed to the spool or disposed without a trace.
/// Up to <see cref="SpoolOptions.InlineLimit"/> octets stay in pooled memory; beyond, they stream to a file of the spool. Owned by one reception.
/// </summary>
public abstract class StagedMessage : IAsyncDisposable
{
    public abstract string Id { get; }

    /// <summary>Octets written so far.</summary>
    public abstract long Length { get; }

    /// <summary>A buffer to fill; then <see cref="AdvanceAsync"/> says how much of it was filled.</summary>
    public abstract Memory<byte> GetBuffer();

    public abstract ValueTask AdvanceAsync(int count, CancellationToken cancellationToken);

    /// <summary>Ends writing; afterwards <see cref="Content"/> and <see cref="Sha256"/> are there.</summary>
    public abstract ValueTask SealAsync(CancellationToken cancellationToken);

    /// <summary>The octets written so far (all of them after sealing), readable while this object lives.</summary>
    public abstract MimeSource Content { get; }

    /// <summary>Lower case hex.</summary>
    public abstract string Sha256 { get; }

    public abstract ValueTask DisposeAsync();
}
