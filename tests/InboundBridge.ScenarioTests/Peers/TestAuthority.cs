using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A certificate authority of a scenario. Its certificates are sent with the authority's own behind them.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly PeerFolder _folder;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private byte _number;

    public TestAuthority(PeerFolder folder, string name = "authority")
    {
        _folder = folder;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
        File = folder.Write($"{name}.pem", _certificate.ExportCertificatePem());
    }

    /// <summary>Its certificate, in PEM.</summary>
    public string File { get; }

    /// <summary>SHA-256 of its public key, for a TLSA record 2 1 1.</summary>
    public string KeyDigest => Convert.ToHexStringLower(SHA256.HashData(_certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <param name="hasAddress">It is also for 127.0.0.1.</param>
    public TestCertificate Issue(string name, bool isExpired = false, bool hasAddress = true)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (hasAddress)
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var issued = request.Create(_certificate, now.AddDays(-20), now.AddDays(isExpired ? -1 : 20), [1, ++_number]);
        var file = $"{_certificate.Subject[3..]}-{_number}";
        return new TestCertificate(
            _folder.Write($"{file}.pem", issued.ExportCertificatePem() + "\n" + _certificate.ExportCertificatePem() + "\n"),
            _folder.Write($"{file}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
