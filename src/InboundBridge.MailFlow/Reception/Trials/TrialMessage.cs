using System.Buffers;
using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>A staged mail in memory, limited by the session's message size. It outlives reception, so that the trial can read it.</summary>
internal sealed class TrialMessage : StagedMessage
{
    private const int ChunkSize = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _octets = new(ChunkSize);
    private readonly int _preludeLength;

    public TrialMessage(string id, ReadOnlyMemory<byte> prelude)
    {
        Id = id;
        _octets.Write(prelude.Span);
        _preludeLength = prelude.Length;
    }

    public override string Id { get; }

    public override long Length => _octets.WrittenCount - _preludeLength;

    /// <summary>The whole mail has arrived.</summary>
    public bool IsSealed { get; private set; }

    public override MailContent Content => MailContent.FromMemory(_octets.WrittenMemory, _preludeLength);

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
