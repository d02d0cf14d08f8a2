using System.Buffers;
using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception;

/// <summary>A message's octets as they arrive, without the header fields that <see cref="ForgedResultsFilter"/> takes out. Copies only around such fields.</summary>
internal sealed class FilteredBody(SmtpBody inner, IReadOnlyList<string> authservIds) : SmtpBody
{
    private readonly ForgedResultsFilter _filter = new(authservIds);
    private ArrayBufferWriter<byte>? _kept;
    private int _taken;

    public override SmtpReply? Refusal => inner.Refusal;

    public override bool Normalized => inner.Normalized;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_kept is { } kept && _taken < kept.WrittenCount)
                return Deliver(kept, destination.Span);
            var count = await inner.ReadAsync(destination, cancellationToken);
            if (_filter.IsOver)
                return count;
            if (count == 0)
            {
                _filter.End(Begin());
                continue;
            }
            if (Sift(destination.Span[..count]) is > 0 and var staying)
                return staying;
        }
    }

    /// <summary>How many octets from the start stay where they are; the others that stay are in <see cref="_kept"/>.</summary>
    private int Sift(ReadOnlySpan<byte> octets)
    {
        var staying = _filter.IsUndecided ? 0 : _filter.Pass(octets);
        if (staying < octets.Length)
            _filter.Filter(octets[staying..], Begin());
        return staying;
    }

    private ArrayBufferWriter<byte> Begin()
    {
        _kept ??= new ArrayBufferWriter<byte>();
        _kept.ResetWrittenCount();
        _taken = 0;
        return _kept;
    }

    private int Deliver(ArrayBufferWriter<byte> kept, Span<byte> destination)
    {
        var left = kept.WrittenSpan[_taken..];
        var count = Math.Min(left.Length, destination.Length);
        left[..count].CopyTo(destination);
        _taken += count;
        return count;
    }
}
