using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace InboundBridge.Acme.Challenges;

/// <summary>The self-signed certificate that answers tls-alpn-01: it names one host and carries the proof (RFC 8737 §3).</summary>
internal static class AlpnCertificate
{
    /// <summary>id-pe-acmeIdentifier (RFC 8737 §6.1).</summary>
    public const string Identifier = "1.3.6.1.5.5.7.1.31";

    public static X509Certificate2 Make(string host, string authorization)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=acme challenge", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        // An OCTET STRING of 32 octets inside the extension's own.
        byte[] proof = [0x04, 0x20, .. SHA256.HashData(Encoding.ASCII.GetBytes(authorization))];
        request.CertificateExtensions.Add(new X509Extension(Identifier, proof, critical: true));
        // The authority looks at no dates (RFC 8737 §3), and our clock need not be right.
        using var certificate = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2049, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
