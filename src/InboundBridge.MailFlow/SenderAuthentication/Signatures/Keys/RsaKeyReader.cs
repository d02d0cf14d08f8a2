using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>
/// Reads an RSA key as DNS has it: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), as everybody publishes it, or RSAPublicKey (RFC 8017 §A.1.1),
/// as RFC 6376 §3.6.1 says. Only numbers are read here. The lengths are limited before anybody computes with them.
/// </summary>
internal static class RsaKeyReader
{
    /// <summary>RFC 8301 §3.2 asks for 4,096. Twice that takes a millisecond to verify, which a hostile mail may cause ten times.</summary>
    private const int MostBits = 8192;

    /// <summary>The usual exponent is 65,537. A long one makes each verification as slow as signing.</summary>
    private const int MostExponentBits = 32;

    private const string RsaEncryption = "1.2.840.113549.1.1.1";

    /// <returns>Null with a problem for people.</returns>
    public static RsaVerificationKey? Read(ReadOnlyMemory<byte> der, out string? problem)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var numbers = reader.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? OfSubjectInfo(reader) : reader;
            return OfNumbers(numbers, out problem);
        }
        catch (AsnContentException)
        {
            problem = "the public key is malformed";
            return null;
        }
    }

    private static AsnReader OfSubjectInfo(AsnReader reader)
    {
        if (reader.ReadSequence().ReadObjectIdentifier() != RsaEncryption)
            throw new AsnContentException("not the algorithm rsaEncryption");
        var bits = reader.ReadBitString(out var unused);
        if (unused != 0)
            throw new AsnContentException("a bit string with unused bits");
        return new AsnReader(bits, AsnEncodingRules.DER).ReadSequence();
    }

    private static RsaVerificationKey? OfNumbers(AsnReader numbers, out string? problem)
    {
        var modulus = Unsigned(numbers.ReadIntegerBytes());
        var exponent = Unsigned(numbers.ReadIntegerBytes());
        var (bits, exponentBits) = (Bits(modulus), Bits(exponent));
        problem = bits > MostBits ? $"the public key has more than {MostBits} bits"
            : exponentBits > MostExponentBits ? $"the public key's exponent has more than {MostExponentBits} bits"
            : bits == 0 || exponentBits < 2 || (modulus[^1] & 1) == 0 || (exponent[^1] & 1) == 0 ? "the public key is malformed" : null;
        return problem is null
            ? new RsaVerificationKey(new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() }, bits) : null;
    }

    private static ReadOnlySpan<byte> Unsigned(ReadOnlyMemory<byte> integer)
    {
        if ((integer.Span[0] & 0x80) != 0)
            throw new AsnContentException("a negative number");
        return integer.Span.TrimStart((byte)0);
    }

    private static int Bits(ReadOnlySpan<byte> number) =>
        number.IsEmpty ? 0 : (number.Length * 8) - BitOperations.LeadingZeroCount((uint)number[0]) + 24;
}
