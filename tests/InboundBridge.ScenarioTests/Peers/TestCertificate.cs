using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A certificate as PEM files.</summary>
internal sealed class TestCertificate
{
    /// <param name="certificateFile">The certificate, and those of its authorities behind it.</param>
    public TestCertificate(string certificateFile, string keyFile) => (CertificateFile, KeyFile) = (certificateFile, keyFile);

    /// <summary>One that is its own authority.</summary>
    public TestCertificate(PeerFolder folder, string name = "localhost")
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        CertificateFile = folder.Write($"{name}.pem", certificate.ExportCertificatePem());
        KeyFile = folder.Write($"{name}.key", key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificateFile { get; }

    public string KeyFile { get; }

    /// <summary>The certificate in DER.</summary>
    public async Task<byte[]> ReadAsync()
    {
        using var certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(CertificateFile));
        return certificate.RawData;
    }
}
