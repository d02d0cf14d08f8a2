using System.Buffers.Binary;
using System.Text.Json;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// Collects the octets of one frame, in memory that the next frame uses again. Header and body of a usual frame arrive in a single read.
/// </summary>
/// <param name="longest">Octets of the longest body.</param>
internal sealed class FrameBuffer(int longest)
{
    public const int HeaderLength = 4;

    private const int UsualSize = 16 * 1024;

    /// <summary>Octets of memory that is kept for the next frame; more than that belonged to a large mail.</summary>
    private const int LargestKept = 256 * 1024;

    private byte[] _octets = new byte[UsualSize];
    private int _filled;

    /// <summary>Where the next octets go: never empty.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (_filled == _octets.Length)
                Array.Resize(ref _octets, BodyLength is { } length ? HeaderLength + length : 2 * _octets.Length);
            return _octets.AsMemory(_filled);
        }
    }

    /// <summary>Null until the header is there.</summary>
    private int? BodyLength => _filled < HeaderLength ? null : BinaryPrimitives.ReadInt32BigEndian(_octets);

    /// <summary>Forgets the last frame; its body must not be used any more.</summary>
    public void Clear()
    {
        _filled = 0;
        if (_octets.Length > LargestKept)
            _octets = new byte[UsualSize];
    }

    /// <summary>Counts octets that were written to <see cref="Room"/>. True when the frame is complete.</summary>
    /// <exception cref="JsonException">Its length exceeds the limit, or more than one frame came.</exception>
    public bool Add(int count)
    {
        _filled += count;
        if (BodyLength is not { } length)
            return false;
        if (length < 0 || length > longest || _filled - HeaderLength > length)
            throw new JsonException("not a frame of a script worker");
        return _filled - HeaderLength == length;
    }

    /// <summary>The body of the complete frame, until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Body => _octets.AsMemory(HeaderLength, _filled - HeaderLength);

    /// <summary>The body of the next frame; null at the end of the stream.</summary>
    /// <exception cref="JsonException">Its length exceeds the limit, or more than one frame came.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        Clear();
        while (true)
        {
            var count = await stream.ReadAsync(Room, cancellationToken);
            if (count == 0)
                return null;
            if (Add(count))
                return Body;
        }
    }

    /// <summary>
    /// Like <see cref="ReadAsync"/>, but blocks: a worker has nothing else to do, and a thread switch takes as long as a small script.
    /// </summary>
    /// <exception cref="JsonException">Its length exceeds the limit, or more than one frame came.</exception>
    public ReadOnlyMemory<byte>? Read(Stream stream)
    {
        Clear();
        while (true)
        {
            var count = stream.Read(Room.Span);
            if (count == 0)
                return null;
            if (Add(count))
                return Body;
        }
    }
}
