using System.Buffers;
using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>A staged mail in memory; bounded by the session's own limit on a message's size. Outlives its reception, so that the trial can look at it.</summary>
internal sealed class TrialMessage(string id) : StagedMessage
{
    private const int ChunkSize = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _octets = new(ChunkSize);

    public override string Id => id;

    public override long Length => _octets.WrittenCount;

    /// <summary>True once the mail came in whole.</summary>
    public bool IsSealed { get; private set; }

    public override MimeSource Content => MimeSource.FromMemory(_octets.WrittenMemory);

    public override string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_octets.WrittenSpan));

    public override Memory<byte> GetBuffer() => _octets.GetMemory(ChunkSize);

    public override ValueTask AdvanceAsync(int count, CancellationToken cancellationToken)
    {
        _octets.Advance(count);
        return ValueTask.CompletedTask;
    }

    public override ValueTask SealAsync(CancellationToken cancellationToken)
    {
        IsSealed = true;
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
