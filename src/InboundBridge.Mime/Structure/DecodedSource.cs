using InboundBridge.Mime.Encodings;

namespace InboundBridge.Mime.Structure;

/// <summary>
/// The decoded octets of a section of another source, readable at any offset without being held: a decoder goes forward, and where a caller
/// asks for earlier octets, it starts again from the nearest remembered place. Disposing of it leaves the other source open.
/// </summary>
internal sealed class DecodedSource : MimeSource
{
    /// <summary>Decoded octets between two remembered places.</summary>
    private const int Stride = 64 * 1024;

    private const int PieceSize = 16 * 1024;

    private readonly MimeSource _source;
    private readonly long _offset;
    private readonly long _end;
    private readonly string _encoding;
    private readonly Lock _gate = new();
    private readonly List<Place> _places = [];
    private readonly byte[] _input = new byte[PieceSize];
    private readonly byte[] _piece = new byte[PieceSize];
    private TransferDecoder _decoder;
    private long _next;
    private long _pieceStart;
    private int _pieceCount;
    private bool _isAtEnd;
    private long _length = -1;

    public DecodedSource(MimeSource source, long offset, long end, string encoding)
    {
        (_source, _offset, _end, _encoding) = (source, offset, end, encoding);
        (_decoder, _next) = (TransferDecoder.For(encoding), offset);
    }

    internal override int WindowSize => _source.WindowSize;

    public override long Length
    {
        get
        {
            lock (_gate)
            {
                while (_length < 0 && Advance())
                {
                }
                return _length;
            }
        }
    }

    public override int Read(long position, Span<byte> destination)
    {
        lock (_gate)
        {
            if (position < _pieceStart || (_length >= 0 && position - _pieceStart > Stride))
                Restart(position);
            while (position >= _pieceStart + _pieceCount)
            {
                if (!Advance())
                    return 0;
            }
            var found = _piece.AsSpan(0, _pieceCount)[(int)(position - _pieceStart)..];
            found = found[..Math.Min(found.Length, destination.Length)];
            found.CopyTo(destination);
            return found.Length;
        }
    }

    private void Restart(long position)
    {
        var place = _places.FindLast(place => place.Decoded <= position);
        if (place is null)
            (_decoder, _next, _pieceStart) = (TransferDecoder.For(_encoding), _offset, 0);
        else
            (_decoder, _next, _pieceStart) = (place.Decoder.Copy(), place.Encoded, place.Decoded);
        (_pieceCount, _isAtEnd) = (0, false);
    }

    /// <summary>Decodes the next piece; false at the end.</summary>
    private bool Advance()
    {
        _pieceStart += _pieceCount;
        _pieceCount = 0;
        if (_pieceStart >= (_places.Count + 1L) * Stride)
            _places.Add(new Place(_pieceStart, _next, _decoder.Copy()));
        while (!_isAtEnd)
        {
            var most = (int)Math.Min(_input.Length, _end - _next);
            var count = most > 0 ? _source.Read(_next, _input.AsSpan(0, most)) : 0;
            var last = count <= 0 || _next + count >= _end;
            _decoder.Decode(_input.AsSpan(0, Math.Max(count, 0)), _piece, last, out var consumed, out _pieceCount);
            _next += consumed;
            _isAtEnd = last && consumed >= count && _pieceCount < _piece.Length - (TransferDecoder.SmallestOutput / 2);
            if (_pieceCount > 0)
                return true;
        }
        _length = _pieceStart;
        return false;
    }

    private sealed record Place(long Decoded, long Encoded, TransferDecoder Decoder);
}
