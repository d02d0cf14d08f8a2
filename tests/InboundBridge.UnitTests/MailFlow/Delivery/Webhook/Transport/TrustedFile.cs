using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;

/// <summary>A PEM file with certificates, deleted after the test.</summary>
internal sealed class TrustedFile : IDisposable
{
    private TrustedFile(string path) => Path = path;

    public string Path { get; }

    public static TrustedFile Of(params X509Certificate2[] certificates)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"trusted-{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, string.Join('\n', certificates.Select(certificate => certificate.ExportCertificatePem())));
        return new TrustedFile(path);
    }

    public void Dispose() => File.Delete(Path);
}
