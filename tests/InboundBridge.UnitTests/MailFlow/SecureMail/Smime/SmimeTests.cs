using System.Formats.Asn1;
using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.SecureMail.Smime;

/// <summary>S/MIME: who is believed, what is altered, what is opened.</summary>
public sealed class SmimeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smime").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signature_of_the_author_by_a_trusted_certificate_is_valid(bool isDetached)
    {
        var cms = SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached);
        var mail = SecureMails.Mail(isDetached ? SecureMails.Beside(SecureMails.Entity, cms) : SecureMails.Opaque(cms, "signed-data"));
        var found = Read(mail);
        Assert.Equal(
            new SignatureVerdict("smime", SignatureResult.Valid) { Signer = "al@customer.com" }, Assert.Single(found.Signatures));
        Assert.Equal(isDetached ? null : SecureMails.Entity, Text(found));
    }

    [Fact]
    public void A_change_of_one_octet_makes_it_invalid()
    {
        var cms = SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true);
        var altered = SecureMails.Entity.Replace("broke", "works", StringComparison.Ordinal);
        Assert.Equal(SignatureResult.Invalid, Result(SecureMails.Mail(SecureMails.Beside(altered, cms))));
        var opaque = SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: false);
        var at = opaque.AsSpan().IndexOf("broke"u8);
        opaque[at] ^= 1;
        Assert.Equal(SignatureResult.Invalid, Result(SecureMails.Mail(SecureMails.Opaque(opaque, "signed-data"))));
    }

    [Fact]
    public void Line_feeds_alone_are_as_good_as_crlf()
    {
        var cms = SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true);
        var mail = Encoding.UTF8.GetString(SecureMails.Mail(SecureMails.Beside(SecureMails.Entity, cms)));
        Assert.Equal(SignatureResult.Valid, Result(Encoding.UTF8.GetBytes(mail.Replace("\r\n", "\n", StringComparison.Ordinal))));
    }

    public static TheoryData<string, string> Doubts => new()
    {
        { "stranger", "not trusted" },
        { "expired", "expired" },
        { "early", "expired" },
        { "server", "emailProtection" },
        { "short", "less than 2048 bits" },
        { "other", "not the author" },
        { "nameless", "names no address" },
        { "sha1", "SHA-256" },
    };

    [Theory]
    [MemberData(nameof(Doubts))]
    public void Whoever_is_not_known_stays_unknown(string who, string why)
    {
        var authority = SecureMails.Authority;
        var signer = who switch
        {
            "stranger" => SecureMails.Issue("CN=Al", null, "al@customer.com"),
            "expired" => SecureMails.Issue("CN=Al", authority, "al@customer.com", daysFrom: -20, daysTo: -1),
            "early" => SecureMails.Issue("CN=Al", authority, "al@customer.com", daysFrom: 1, daysTo: 20),
            "server" => SecureMails.Issue("CN=Al", authority, "al@customer.com", usage: "1.3.6.1.5.5.7.3.1"),
            "short" => SecureMails.Issue("CN=Al", authority, "al@customer.com", bits: 1024),
            "other" => SecureMails.Issue("CN=Bo", authority, "bo@customer.com"),
            "nameless" => SecureMails.Issue("CN=Al", authority, null),
            _ => SecureMails.Al,
        };
        var digest = who == "sha1" ? "1.3.14.3.2.26" : "2.16.840.1.101.3.4.2.1";
        var cms = SecureMails.Signature(SecureMails.Entity, signer, isDetached: true, digest);
        var verdict = Assert.Single(Read(SecureMails.Mail(SecureMails.Beside(SecureMails.Entity, cms))).Signatures);
        Assert.Equal(SignatureResult.Unknown, verdict.Result);
        Assert.Contains(why, verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AL@Customer.COM", SignatureResult.Valid)]
    [InlineData("al@customer.com, bo@customer.com", SignatureResult.Unknown)]
    [InlineData("al@customer.com\r\nFrom: bo@customer.com", SignatureResult.Unknown)]
    [InlineData("nobody", SignatureResult.Unknown)]
    public void The_signer_has_to_be_the_only_author(string from, SignatureResult result)
    {
        var cms = SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true);
        Assert.Equal(result, Result(SecureMails.Mail(SecureMails.Beside(SecureMails.Entity, cms), from)));
    }

    [Fact]
    public void A_persons_certificate_can_be_trusted_without_its_authority()
    {
        var cms = SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true);
        var mail = SecureMails.Mail(SecureMails.Beside(SecureMails.Entity, cms));
        Assert.Equal(SignatureResult.Valid, SignatureText.Summary(Read(mail, Keys([SecureMails.Al])).Signatures));
    }

    [Fact]
    public void A_persons_certificate_vouches_for_nobody_else()
    {
        using var mallory = SecureMails.Issue("CN=Mallory", null, "mallory@customer.com", isAuthority: true);
        using var forged = SecureMails.Issue("CN=Al", mallory, "al@customer.com");
        var cms = SecureMails.Signature(SecureMails.Entity, forged, isDetached: true);
        var mail = SecureMails.Mail(SecureMails.Beside(SecureMails.Entity, cms));
        foreach (X509Certificate2[] trusted in new[] { new[] { mallory }, [mallory, SecureMails.Authority] })
        {
            var keys = Keys(trusted);
            var verdict = Assert.Single(Read(mail, keys).Signatures);
            Assert.Equal((SignatureResult.Unknown, "the certificate is not trusted"), (verdict.Result, verdict.Reason));
            Assert.Single(keys.Smime!.PeopleAsAuthorities);
        }
    }

    [Fact]
    public void What_a_configured_key_opens_is_shown_and_its_signature_is_checked()
    {
        var signed = SecureMails.Beside(SecureMails.Entity, SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true));
        var us = SecureMails.Issue("CN=Support", null, "support@example.com");
        var mail = SecureMails.Mail(SecureMails.Opaque(SecureMails.Encrypted(signed, us), "enveloped-data"));
        var found = Read(mail, Keys([SecureMails.Authority], us));
        Assert.Equal(SignatureResult.Valid, SignatureText.Summary(found.Signatures));
        Assert.Equal(signed, Text(found));
        // Triple wrapping (RFC 2634 §1.1): the outer signature covers the encrypted entity.
        var inner = SecureMails.Opaque(SecureMails.Encrypted(signed, us), "enveloped-data");
        var outer = SecureMails.Opaque(SecureMails.Signature(inner, SecureMails.Al, isDetached: false), "signed-data");
        found = Read(SecureMails.Mail(outer), Keys([SecureMails.Authority], us));
        Assert.Equal([SignatureResult.Valid, SignatureResult.Valid], found.Signatures.Select(signature => signature.Result));
        Assert.Equal(signed, Text(found));
        var without = Read(mail);
        Assert.Null(without.Content);
        Assert.Contains("not configured", Assert.Single(without.Signatures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_mail_is_unpacked_up_to_the_limit()
    {
        var packed = SecureMails.Mail(SecureMails.Opaque(Compressed(SecureMails.Entity), "compressed-data"));
        Assert.Equal(SecureMails.Entity, Text(Read(packed)));
        var bomb = Compressed(new string('x', 30 * 1024 * 1024));
        var found = Read(SecureMails.Mail(SecureMails.Opaque(bomb, "compressed-data")));
        Assert.Null(found.Content);
        Assert.Contains("octets", Assert.Single(found.Signatures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_layers_are_not_followed()
    {
        var entity = SecureMails.Entity;
        for (var depth = 0; depth < 8; depth++)
            entity = SecureMails.Opaque(Compressed(entity), "compressed-data");
        Assert.Contains("layers", Assert.Single(Read(SecureMails.Mail(entity)).Signatures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_certificates_are_not_parsed()
    {
        var many = Enumerable.Repeat(0, 30).Select(_ => SecureMails.Issue("CN=x", SecureMails.Authority, "x@example.com", bits: 1024));
        var cms = SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true, besides: many);
        var verdict = Assert.Single(Read(SecureMails.Mail(SecureMails.Beside(SecureMails.Entity, cms))).Signatures);
        Assert.Equal((SignatureResult.Unknown, "more than 20 certificates"), (verdict.Result, verdict.Reason));
    }

    [Fact]
    public void A_key_that_is_too_long_is_not_used()
    {
        var limits = SecureMailLimits.Default with { MostRsaBits = 2048 };
        using var certificate = SecureMails.Issue("CN=Al", null, "al@customer.com", bits: 3072);
        Assert.Equal("the key has more than 2048 bits", SmimeCertificate.KeyProblem(certificate, limits));
        Assert.Null(SmimeCertificate.KeyProblem(certificate, SecureMailLimits.Default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("MIIB")]
    [InlineData("MIAGCSqGSIb3DQEHAqCA")]
    [InlineData("MIAwgDCAMIAwgDCAMIAwgDCA")]
    public void Garbage_is_unknown(string base64)
    {
        var opaque = $"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64}\r\n";
        Assert.Equal(SignatureResult.Unknown, Result(SecureMails.Mail(opaque)));
        var beside = SecureMails.Beside(SecureMails.Entity, []).Replace(
            "\r\n\r\n\r\n--b1--", $"\r\n\r\n{base64}\r\n--b1--", StringComparison.Ordinal);
        Assert.Equal(SignatureResult.Unknown, Result(SecureMails.Mail(beside)));
    }

    [Fact]
    public void Files_tell_what_is_wrong_with_them()
    {
        var file = SecureMails.Pkcs12(_folder, SecureMails.Al, "right");
        Assert.Single(SmimeKeys.ReadKeys(file, "right"));
        Assert.Contains(
            "password", Assert.Throws<FormatException>(() => SmimeKeys.ReadKeys(file, "wrong")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "can't be", Assert.Throws<FormatException>(() => SmimeKeys.ReadKeys(file + "x", null)).Message, StringComparison.Ordinal);
        var lone = Path.Combine(_folder, "lone.p12");
        using (var bare = X509CertificateLoader.LoadCertificate(SecureMails.Al.RawData))
            File.WriteAllBytes(lone, bare.Export(X509ContentType.Pkcs12, "x"));
        Assert.Contains("no key", Assert.Throws<FormatException>(() => SmimeKeys.ReadKeys(lone, "x")).Message, StringComparison.Ordinal);
        var empty = Path.Combine(_folder, "empty.pem");
        File.WriteAllText(empty, "nothing\n");
        Assert.Contains(
            "no certificate", Assert.Throws<FormatException>(() => SmimeKeys.ReadTrusted(empty)).Message, StringComparison.Ordinal);
    }

    private SecureMailFindings Read(byte[] mail, SecureMailKeys? keys = null) =>
        SecureMailReader.Read(mail, keys ?? Keys([SecureMails.Authority]), SecureMails.Now);

    private SignatureResult Result(byte[] mail) => SignatureText.Summary(Read(mail).Signatures);

    private SecureMailKeys Keys(X509Certificate2[] trusted, X509Certificate2? us = null) => new()
    {
        Smime = SmimeKeys.Read(
            SecureMails.Pem(_folder, trusted), us is null ? [] : [(SecureMails.Pkcs12(_folder, us, "secret"), (string?)"secret")]),
    };

    private static string? Text(SecureMailFindings found) =>
        found.Content is { } content ? Encoding.UTF8.GetString(content.Span) : null;

    private static byte[] Compressed(string entity)
    {
        using var packed = new MemoryStream();
        using (var packing = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            packing.Write(Encoding.UTF8.GetBytes(entity));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOutline.CompressedData);
            using (writer.PushSequence(tag))
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier("1.2.840.113549.1.9.16.3.8");
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                    using (writer.PushSequence(tag))
                        writer.WriteOctetString(packed.ToArray());
                }
            }
        }
        return writer.Encode();
    }
}
