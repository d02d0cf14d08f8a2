using System.Buffers;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

/// <summary>Octets in a pooled array that grows.</summary>
internal sealed class OctetBuffer : IDisposable
{
    private const int Smallest = 4096;

    private byte[] _octets = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _octets.AsSpan(0, Length);

    /// <summary>Valid until octets are added.</summary>
    public ReadOnlyMemory<byte> Memory => _octets.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Append(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Room(octets.Length));
        Length += octets.Length;
    }

    public void Append(byte octet)
    {
        Room(1)[0] = octet;
        Length++;
    }

    /// <summary>In lower case, where ASCII has one.</summary>
    public void AppendLower(ReadOnlySpan<byte> octets)
    {
        var room = Room(octets.Length);
        for (var index = 0; index < octets.Length; index++)
            room[index] = octets[index] is >= (byte)'A' and <= (byte)'Z' ? (byte)(octets[index] | 0x20) : octets[index];
        Length += octets.Length;
    }

    /// <summary>Takes octets off the end.</summary>
    public void Shorten(int length) => Length = length;

    public void Dispose()
    {
        if (_octets.Length > 0)
            ArrayPool<byte>.Shared.Return(_octets);
        (_octets, Length) = ([], 0);
    }

    private Span<byte> Room(int count)
    {
        if (_octets.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Smallest, Math.Max(_octets.Length * 2, Length + count)));
            Span.CopyTo(larger);
            if (_octets.Length > 0)
                ArrayPool<byte>.Shared.Return(_octets);
            _octets = larger;
        }
        return _octets.AsSpan(Length);
    }
}
