using System.Buffers;

namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// Removes forged fields (<see cref="ForgedResultsFilter"/>) from a message's octets in the buffers where they arrive, and copies octets
/// only around such fields. It does not read by itself, because one more reader would add a wait to every message.
/// A mail that begins with a continuation line gets a field in front that the line continues: else it would continue the fields that we
/// put on top, and a stranger would write into them.
/// </summary>
internal sealed class HeaderSieve(IReadOnlyList<string> authservIds)
{
    private static ReadOnlySpan<byte> MalformedField => "X-Malformed-Header: the mail begins with a continuation line\r\n"u8;

    private readonly ForgedResultsFilter _filter = new(authservIds);
    private bool _hasBegun;
    private ArrayBufferWriter<byte>? _kept;
    private int _taken;

    /// <summary>
    /// Copies octets that were held and are kept to <paramref name="destination"/>. Call it before each read, until it returns 0.
    /// </summary>
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

    /// <summary>
    /// Returns how many octets from the start are kept in place. Of the others, <see cref="Take"/> returns those that are kept.
    /// </summary>
    public int Sift(ReadOnlySpan<byte> octets)
    {
        if (!_hasBegun && !octets.IsEmpty)
        {
            _hasBegun = true;
            if (octets[0] is (byte)' ' or (byte)'\t')
            {
                SiftMalformed(octets);
                return 0;
            }
        }
        if (_filter.IsOver)
            return octets.Length;
        var staying = _filter.IsUndecided ? 0 : _filter.Pass(octets);
        if (staying < octets.Length)
            _filter.Filter(octets[staying..], Begin());
        return staying;
    }

    /// <summary>The message has ended. False when it ended inside its header, and <see cref="Take"/> may have more octets.</summary>
    public bool End()
    {
        if (_filter.IsOver)
            return true;
        _filter.End(Begin());
        return false;
    }

    private void SiftMalformed(ReadOnlySpan<byte> octets)
    {
        var kept = Begin();
        kept.Write(MalformedField);
        if (_filter.IsOver)
            kept.Write(octets);
        else
            _filter.Filter(octets, kept);
    }

    private ArrayBufferWriter<byte> Begin()
    {
        _kept ??= new ArrayBufferWriter<byte>();
        _kept.ResetWrittenCount();
        _taken = 0;
        return _kept;
    }
}
