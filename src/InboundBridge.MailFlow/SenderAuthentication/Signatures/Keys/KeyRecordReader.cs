using System.Buffers;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>Reads the TXT record of a key (RFC 6376 §3.6.1, RFC 8463 §3). Any text has an answer.</summary>
internal static class KeyRecordReader
{
    /// <summary>Characters of a record. A key of 8,192 bits takes 1,400.</summary>
    private const int Longest = 8192;

    private const int Ed25519Length = 32;

    /// <param name="text">Each character is one octet.</param>
    public static KeyRecord Read(string text)
    {
        if (text.Length > Longest)
            return KeyRecord.Unusable("the key record is too long");
        var rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            return Encoding.Latin1.TryGetBytes(text, rented, out var length)
                ? Read(rented.AsSpan(0, length)) : KeyRecord.Unusable("the key record is malformed");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static KeyRecord Read(ReadOnlySpan<byte> text)
    {
        if (TagList.Read(text, out var tags) is not null)
            return KeyRecord.Unusable("the key record is malformed");
        if (tags.TryGet("v"u8, out var version) && (!version.SequenceEqual("DKIM1"u8) || !tags.IsFirst("v"u8)))
            return KeyRecord.Unusable("the key record has another version");
        if (tags.TryGet("h"u8, out var hashes) && !ColonList.Has(hashes, "sha256"u8))
            return KeyRecord.Unusable("the key is not for SHA-256");
        if (tags.TryGet("s"u8, out var services) && !ColonList.Has(services, "*"u8) && !ColonList.Has(services, "email"u8))
            return KeyRecord.Unusable("the key is not for mail");
        if (!tags.TryGet("p"u8, out var encoded))
            return KeyRecord.Unusable("the key record has no key");
        if (encoded.IsEmpty)
            return KeyRecord.Unusable("the key is revoked");
        var isEd25519 = false;
        if (tags.TryGet("k"u8, out var type) && !type.SequenceEqual("rsa"u8) && !(isEd25519 = type.SequenceEqual("ed25519"u8)))
            return KeyRecord.Unusable("the key has an unknown type");
        if (FoldingSpace.DecodeBase64(encoded) is not { } octets)
            return KeyRecord.Unusable("the public key is malformed");
        string? problem = null;
        VerificationKey? key = isEd25519
            ? octets.Length == Ed25519Length ? new Ed25519VerificationKey(octets) : null
            : RsaKeyReader.Read(octets, out problem);
        tags.TryGet("t"u8, out var flags);
        return key is null
            ? KeyRecord.Unusable(problem ?? "the public key is malformed")
            : new KeyRecord { Key = key, IsTest = ColonList.Has(flags, "y"u8), IsStrict = ColonList.Has(flags, "s"u8) };
    }
}
