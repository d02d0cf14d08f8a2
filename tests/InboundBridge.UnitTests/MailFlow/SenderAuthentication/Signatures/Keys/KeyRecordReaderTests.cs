using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Signatures.Keys;

public class KeyRecordReaderTests
{
    [Fact]
    public void Both_ways_of_writing_an_rsa_key_are_read()
    {
        var digest = new byte[32];
        var signature = SlowSigner.Rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        foreach (var der in new[] { SlowSigner.Rsa.ExportSubjectPublicKeyInfo(), SlowSigner.Rsa.ExportRSAPublicKey() })
        {
            var record = KeyRecordReader.Read($"v=DKIM1; p={Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks)}");
            Assert.Equal((2048, null), (record.Key!.Bits, record.Problem));
            Assert.True(record.Key.Verify(digest, signature));
        }
    }

    [Fact]
    public void An_ed25519_key_has_32_octets()
    {
        Assert.True(KeyRecordReader.Read(SlowSigner.Ed25519Record).IsEd25519);
        Assert.Equal("the public key is malformed", KeyRecordReader.Read("k=ed25519; p=AAAA").Problem);
        var small = KeyRecordReader.Read($"k=ed25519; p={Convert.ToBase64String(new byte[32])}").Key!;
        Assert.False(small.Verify(new byte[32], new byte[64]));
        Assert.False(small.Verify(new byte[32], new byte[63]));
    }

    /// <summary>Bits of the modulus, the exponent, what is wrong.</summary>
    [Theory]
    [InlineData(8192, "65537", null)]
    [InlineData(8192, "4294967295", null)]
    [InlineData(8193, "65537", "the public key has more than 8192 bits")]
    [InlineData(16384, "65537", "the public key has more than 8192 bits")]
    [InlineData(60000, "65537", "the key record is too long")]
    [InlineData(2048, "4294967297", "the public key's exponent has more than 32 bits")]
    [InlineData(2048, "0", "the public key is malformed")]
    [InlineData(2048, "1", "the public key is malformed")]
    [InlineData(2048, "4", "the public key is malformed")]
    [InlineData(2048, "-3", "the public key is malformed")]
    [InlineData(0, "3", "the public key is malformed")]
    public void Hostile_numbers_are_refused_before_any_arithmetic(int bits, string exponent, string? problem)
    {
        var modulus = bits == 0 ? BigInteger.Zero : (BigInteger.One << (bits - 1)) + 1;
        var record = KeyRecordReader.Read($"p={Der(modulus, BigInteger.Parse(exponent, null))}");
        Assert.Equal(problem, record.Problem);
        Assert.Equal(problem is null ? bits : null, record.Key?.Bits);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(512)]
    [InlineData(1024)]
    public void Numbers_that_are_no_key_verify_nothing(int bits)
    {
        var record = KeyRecordReader.Read($"p={Der((BigInteger.One << (bits - 1)) + 1, 3)}");
        Assert.False(record.Key!.Verify(new byte[32], new byte[bits / 8]));
        Assert.False(record.Key.Verify(new byte[32], new byte[2000]));
        Assert.False(record.Key.Verify(new byte[32], []));
    }

    [Fact]
    public void Any_cut_of_a_key_is_refused()
    {
        var der = SlowSigner.Rsa.ExportSubjectPublicKeyInfo();
        for (var length = 1; length < der.Length; length++)
            Assert.NotNull(KeyRecordReader.Read($"p={Convert.ToBase64String(der[..length])}").Problem);
    }

    private static string Der(BigInteger modulus, BigInteger exponent)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(modulus);
            writer.WriteInteger(exponent);
        }
        return Convert.ToBase64String(writer.Encode());
    }
}
