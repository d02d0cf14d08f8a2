using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

/// <summary>
/// Compares a field's name with a known one like the most lenient program: without regard to case, blanks, control characters and octets
/// above 126, which some programs drop; and with U+017F, U+0130 and U+0131, which Unicode comparisons treat as s and i. Whether a program
/// drops those or reads a letter is unknown, so that a comparison may stand at several places of the name: each is a bit.
/// </summary>
internal sealed class LenientName
{
    /// <summary>The places of a comparison that has read nothing.</summary>
    public const uint Beginning = 1;

    /// <summary>Of letters; the last bit says that the name is whole.</summary>
    private const int Longest = 31;

    /// <summary>For each octet of ASCII, the places in the name where it stands.</summary>
    private readonly uint[] _places = new uint[128];

    private readonly uint _whole;

    public LenientName(string name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, Longest, nameof(name));
        Text = name;
        Octets = Encoding.ASCII.GetBytes(name);
        _whole = Beginning << name.Length;
        for (var place = 0; place < name.Length; place++)
        {
            _places[char.ToLowerInvariant(name[place])] |= Beginning << place;
            _places[char.ToUpperInvariant(name[place])] |= Beginning << place;
        }
    }

    public string Text { get; }

    public byte[] Octets { get; }

    public bool IsWhole(uint places) => (places & _whole) != 0;

    /// <summary>Some programs drop the octet, and none reads a letter.</summary>
    public static bool IsDropped(byte octet, byte before) => octet is <= (byte)' ' or >= 0x7F && Folded(before, octet) == 0;

    /// <param name="places">Where the comparison stands.</param>
    /// <param name="before">The octet in front of this one; 0 at the beginning.</param>
    /// <returns>Where it stands after the octet; 0: the name is a different one.</returns>
    public uint Take(uint places, byte octet, byte before)
    {
        if (octet is > (byte)' ' and < 0x7F)
            return (places & _places[octet]) << 1;
        return Folded(before, octet) is > 0 and var letter ? places | ((places & _places[letter]) << 1) : places;
    }

    private static byte Folded(byte lead, byte octet) => (lead, octet) switch
    {
        (0xC5, 0xBF) => (byte)'s',
        (0xC4, 0xB0 or 0xB1) => (byte)'i',
        _ => 0,
    };
}
