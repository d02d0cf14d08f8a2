using System.Buffers;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Tnef;

/// <summary>The octets of a winmail.dat, read once from beginning to end. Reading can't run past the current attribute.</summary>
internal sealed class TnefInput(PartStream stream) : IDisposable
{
    private const int BlockSize = 16 * 1024;

    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(BlockSize);
    private PartMark _mark = stream.Mark();
    private int _next;
    private int _count;
    private long _left = long.MaxValue;

    /// <summary>Octets of the current attribute that are still unread.</summary>
    public long Left => _left;

    /// <summary>
    /// The next <paramref name="length"/> octets belong to an attribute: no more can be read until <see cref="TryEndAttribute"/>.
    /// </summary>
    public void BeginAttribute(int length) => _left = length;

    /// <summary>Skips the rest of the attribute; false where the file ends first.</summary>
    public bool TryEndAttribute()
    {
        var isWhole = Skip(_left) && _left == 0;
        _left = long.MaxValue;
        return isWhole;
    }

    /// <summary>False, with the span partly filled, where the attribute or the file ends first.</summary>
    public bool TryRead(Span<byte> octets)
    {
        while (!octets.IsEmpty && TryFill())
        {
            var count = (int)Math.Min(Math.Min(octets.Length, _count - _next), _left);
            if (count == 0)
                return false;
            _block.AsSpan(_next, count).CopyTo(octets);
            octets = octets[count..];
            Advance(count);
        }
        return octets.IsEmpty;
    }

    /// <summary>False where the attribute or the file ends first.</summary>
    public bool Skip(long count)
    {
        while (count > 0 && TryFill())
        {
            var step = (int)Math.Min(Math.Min(count, _count - _next), _left);
            if (step == 0)
                return false;
            count -= step;
            Advance(step);
        }
        return count == 0;
    }

    /// <summary>
    /// The next octets as a place to read later; skips them. The place is shorter than
    /// asked for where the attribute or the file ends first.
    /// </summary>
    public TnefPlace Take(long length)
    {
        if (!TryFill())
            return new TnefPlace(_mark, _next, 0);
        var (mark, skip, before) = (_mark, _next, _left);
        Skip(Math.Min(length, _left));
        return new TnefPlace(mark, skip, before - _left);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_block);
        stream.Dispose();
    }

    private void Advance(int count)
    {
        _next += count;
        _left -= count;
    }

    private bool TryFill()
    {
        if (_next < _count)
            return true;
        _mark = stream.Mark();
        _next = 0;
        _count = stream.Read(_block.AsSpan(0, BlockSize));
        return _count > 0;
    }
}
