using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.MailFlow.SenderRewriting;

/// <summary>
/// The proof in an address that we made it: the beginning of HMAC-SHA1 over the other parts, in base 64. Servers on the way may change the
/// case of a local part, so case counts neither in the parts nor in the proof.
/// </summary>
internal static class SrsHash
{
    /// <summary>As in libsrs2 and postsrsd. Addresses are short of room: many servers take only 64 octets before the at sign.</summary>
    private const int Length = 4;

    /// <summary>Base 64 of 20 octets without its padding.</summary>
    private const int Longest = 27;

    public static string Make(string secret, params ReadOnlySpan<string> parts) => Whole(secret, parts)[..Length];

    /// <summary>
    /// True when one of the secrets made the hash. Compares in constant time, so that nobody learns how much of a guess is right.
    /// </summary>
    /// <param name="hash">May be longer than ours: postsrsd can be told to write more characters.</param>
    public static bool Check(IReadOnlyList<string> secrets, string hash, params ReadOnlySpan<string> parts)
    {
        if (hash.Length is < Length or > Longest || !Ascii.IsValid(hash))
            return false;
        var given = Encoding.ASCII.GetBytes(hash.ToLowerInvariant());
        var matches = false;
        foreach (var secret in secrets)
        {
            var right = Encoding.ASCII.GetBytes(Whole(secret, parts)[..given.Length].ToLowerInvariant());
            matches |= CryptographicOperations.FixedTimeEquals(given, right);
        }
        return matches;
    }

    // SHA-1 is what the scheme prescribes. HMAC does not need a hash without collisions (RFC 6151 §2.3 for MD5, all the more here).
#pragma warning disable CA5350
    private static string Whole(string secret, ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
            text.Append(part);
        var octets = Encoding.UTF8.GetBytes(text.ToString());
        foreach (ref var octet in octets.AsSpan())
        {
            if (octet is >= (byte)'A' and <= (byte)'Z')
                octet |= 0x20;
        }
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), octets));
    }
#pragma warning restore CA5350
}
