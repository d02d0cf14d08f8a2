using System.Security.Cryptography;

namespace InboundBridge.Hosting.Wiring;

/// <summary>
/// The keys that are kept with the spool. A shared spool that is not open yet will say what they are: until then nothing is signed, since
/// no mail is taken, and links that receivers have are refused. The arrays stay the same, so that everybody who holds one has the right
/// key from then on.
/// </summary>
internal sealed class SpoolKeys
{
    private const int Length = 32;

    public SpoolKeys() => Are(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Signs links.</summary>
    public byte[] Links { get; } = new byte[Length];

    /// <summary>Makes the ids of mails whose destinations are asked first.</summary>
    public byte[] Asks { get; } = new byte[Length];

    /// <exception cref="InvalidDataException">It is not a key of ours.</exception>
    public void Are(byte[] links)
    {
        if (links.Length != Length)
            throw new InvalidDataException($"the key of links has {links.Length} octets instead of {Length}");
        links.CopyTo(Links, 0);
        HMACSHA256.HashData(links, "webhook-id"u8, Asks);
    }
}
