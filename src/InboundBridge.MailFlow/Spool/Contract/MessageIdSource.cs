using System.Buffers.Binary;
using System.Security.Cryptography;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>Makes the ids of messages and deliveries: 26 characters of Crockford base 32 that sort by time, 48 bits of milliseconds and 80 of chance.</summary>
public sealed class MessageIdSource(TimeProvider clock)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private const int ChanceOctets = 10;

    /// <summary>Asking the system for chance costs more than everything else here; so it is asked for many ids at once.</summary>
    [ThreadStatic]
    private static byte[]? _chance;

    [ThreadStatic]
    private static int _used;

    public string Next()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(octets, clock.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        TakeChance(octets[6..]);
        var value = BinaryPrimitives.ReadUInt128BigEndian(octets);
        return string.Create(26, value, static (text, number) =>
        {
            for (var index = text.Length - 1; index >= 0; index--)
            {
                text[index] = Alphabet[(int)(number & 31)];
                number >>= 5;
            }
        });
    }

    private static void TakeChance(Span<byte> destination)
    {
        if (_chance is null || _used + ChanceOctets > _chance.Length)
        {
            _chance ??= new byte[ChanceOctets * 64];
            RandomNumberGenerator.Fill(_chance);
            _used = 0;
        }
        _chance.AsSpan(_used, ChanceOctets).CopyTo(destination);
        _used += ChanceOctets;
    }
}
