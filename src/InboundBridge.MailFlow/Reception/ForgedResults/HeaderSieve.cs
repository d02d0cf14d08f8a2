using System.Buffers;

namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// Takes the header fields that <see cref="ForgedResultsFilter"/> is for out of a mail's octets as they arrive, where they lie. Copies only around such fields.
/// It reads nothing itself: a reader around the reader would cost every mail a wait more.
/// </summary>
internal sealed class HeaderSieve(IReadOnlyList<string> authservIds)
{
    private readonly ForgedResultsFilter _filter = new(authservIds);
    private ArrayBufferWriter<byte>? _kept;
    private int _taken;

    /// <summary>Moves octets that were kept back and stay into <paramref name="destination"/>; before the next are read, until it gives 0.</summary>
    public int Take(Span<byte> destination)
    {
        if (_kept is not { } kept || _taken == kept.WrittenCount)
            return 0;
        var left = kept.WrittenSpan[_taken..];
        var count = Math.Min(left.Length, destination.Length);
        left[..count].CopyTo(destination);
        _taken += count;
        return count;
    }

    /// <summary>How many octets from the start stay where they are; those of the others that stay come from <see cref="Take"/>.</summary>
    public int Sift(ReadOnlySpan<byte> octets)
    {
        if (_filter.IsOver)
            return octets.Length;
        var staying = _filter.IsUndecided ? 0 : _filter.Pass(octets);
        if (staying < octets.Length)
            _filter.Filter(octets[staying..], Begin());
        return staying;
    }

    /// <summary>The mail is at its end. False: it was in its header until now, and <see cref="Take"/> may have some of it still.</summary>
    public bool End()
    {
        if (_filter.IsOver)
            return true;
        _filter.End(Begin());
        return false;
    }

    private ArrayBufferWriter<byte> Begin()
    {
        _kept ??= new ArrayBufferWriter<byte>();
        _kept.ResetWrittenCount();
        _taken = 0;
        return _kept;
    }
}
