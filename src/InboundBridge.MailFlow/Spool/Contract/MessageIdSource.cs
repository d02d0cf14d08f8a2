using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// Makes ids of messages and deliveries: 26 characters of Crockford base 32 that sort
/// by time, from 48 bits of milliseconds and 80 random bits.
/// </summary>
public sealed class MessageIdSource(TimeProvider clock)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private const int Length = 26;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    private const int RandomOctets = 10;

    /// <summary>Random octets for many ids, because one system call costs more than everything else here.</summary>
    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _used;

    public string Next()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(octets, clock.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        FillRandom(octets[6..]);
        return Text(BinaryPrimitives.ReadUInt128BigEndian(octets));
    }

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsId(string text) =>
        // 26 characters hold two bits more than a number of 128.
        text.Length == Length && text[0] <= '7' && !text.AsSpan().ContainsAnyExcept(Letters);

    /// <summary>The lowest id of a time: ids that were made earlier sort before it. The result is bounded by the range of ids.</summary>
    /// <param name="shift">Added to the time.</param>
    internal static string FirstAt(DateTimeOffset time, TimeSpan shift = default)
    {
        var milliseconds = Math.Clamp(time.ToUnixTimeMilliseconds() + (long)shift.TotalMilliseconds, 0, (1L << 48) - 1);
        return Text((UInt128)milliseconds << 80);
    }

    /// <summary>The number that <see cref="Text"/> wrote.</summary>
    internal static UInt128 Number(string id)
    {
        var number = UInt128.Zero;
        foreach (var letter in id)
            number = number << 5 | (uint)Alphabet.IndexOf(letter, StringComparison.Ordinal);
        return number;
    }

    /// <summary>A number in the form of an id.</summary>
    internal static string Text(UInt128 value) => string.Create(Length, value, static (text, number) =>
    {
        for (var index = text.Length - 1; index >= 0; index--)
        {
            text[index] = Alphabet[(int)(number & 31)];
            number >>= 5;
        }
    });

    private static void FillRandom(Span<byte> destination)
    {
        if (_random is null || _used + RandomOctets > _random.Length)
        {
            _random ??= new byte[RandomOctets * 64];
            RandomNumberGenerator.Fill(_random);
            _used = 0;
        }
        _random.AsSpan(_used, RandomOctets).CopyTo(destination);
        _used += RandomOctets;
    }
}
