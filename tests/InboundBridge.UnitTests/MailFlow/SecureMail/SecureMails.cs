using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace InboundBridge.UnitTests.MailFlow.SecureMail;

/// <summary>Certificates made at run time, and mails signed and encrypted with them.</summary>
internal static class SecureMails
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public const string Entity = "Content-Type: text/plain; charset=utf-8\r\n\r\nIt broke.\r\n";

    public static X509Certificate2 Authority { get; } = Issue("CN=Test Authority", null, null, isAuthority: true);

    public static X509Certificate2 Al { get; } = Issue("CN=Al", Authority, "al@customer.com");

    /// <param name="issuer">Null: self-signed.</param>
    public static X509Certificate2 Issue(
        string subject, X509Certificate2? issuer, string? address, bool isAuthority = false, int bits = 2048, int daysFrom = -30,
        int daysTo = 300, string usage = "1.3.6.1.5.5.7.3.4")
    {
        var key = RSA.Create(bits);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddEmailAddress(address);
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }
        if (issuer is null)
            return request.CreateSelfSigned(Now.AddDays(daysFrom), Now.AddDays(daysTo));
        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7F;
        using var issued = request.Create(issuer, Now.AddDays(daysFrom), Now.AddDays(daysTo), serial);
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>A file of the test's folder with certificates in PEM.</summary>
    public static string Pem(string folder, params X509Certificate2[] certificates)
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(file, string.Concat(certificates.Select(certificate => certificate.ExportCertificatePem() + "\n")));
        return file;
    }

    /// <summary>A PKCS #12 file with the certificate and its key.</summary>
    public static string Pkcs12(string folder, X509Certificate2 certificate, string password)
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid():N}.p12");
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, password));
        return file;
    }

    public static byte[] Signature(string entity, X509Certificate2 signer, bool isDetached, string digest = "2.16.840.1.101.3.4.2.1",
        IEnumerable<X509Certificate2>? besides = null)
    {
        var cms = new SignedCms(new ContentInfo(Encoding.UTF8.GetBytes(entity)), isDetached);
        var info = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, signer)
        {
            IncludeOption = X509IncludeOption.EndCertOnly,
            DigestAlgorithm = new Oid(digest),
        };
        foreach (var other in besides ?? [])
            info.Certificates.Add(other);
        cms.ComputeSignature(info);
        return cms.Encode();
    }

    public static byte[] Encrypted(string entity, X509Certificate2 recipient)
    {
        var cms = new EnvelopedCms(new ContentInfo(Encoding.UTF8.GetBytes(entity)));
        cms.Encrypt(new CmsRecipient(recipient));
        return cms.Encode();
    }

    /// <summary>multipart/signed.</summary>
    public static string Beside(string entity, byte[] signature, string protocol = "application/pkcs7-signature") =>
        $"Content-Type: multipart/signed; protocol=\"{protocol}\"; micalg=sha-256; boundary=\"b1\"\r\n\r\n--b1\r\n{entity}\r\n--b1\r\n"
        + $"Content-Type: {protocol}; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n{Base64(signature)}\r\n--b1--\r\n";

    /// <summary>application/pkcs7-mime.</summary>
    public static string Opaque(byte[] cms, string kind) =>
        $"Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n{Base64(cms)}\r\n";

    /// <summary>A mail with that entity.</summary>
    public static byte[] Mail(string entity, string from = "Al <al@customer.com>") =>
        Encoding.UTF8.GetBytes($"From: {from}\r\nTo: support@example.com\r\nSubject: Help\r\nMIME-Version: 1.0\r\n{entity}");

    private static string Base64(byte[] octets) => Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks);
}
