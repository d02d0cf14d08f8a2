using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>The certificates of a connection to a receiver.</summary>
/// <param name="Certificate">Our client certificate; null: none.</param>
/// <param name="Trusted">Authorities that are trusted beside the system's; null: none.</param>
internal sealed record ReceiverTls(X509Certificate2? Certificate, TrustedCertificates? Trusted)
{
    public static ReceiverTls Usual { get; } = new(null, null);

    public bool IsUsual => Certificate is null && Trusted is null;

    public SslClientAuthenticationOptions ClientOptions() => new()
    {
        ClientCertificates = Certificate is null ? null : [Certificate],
        RemoteCertificateValidationCallback = Trusted is null
            ? null
            : (_, certificate, chain, errors) => Trusted.Accepts(certificate, chain, errors),
    };

    /// <exception cref="FormatException">The file does not exist, or holds no certificate with its key.</exception>
    public static X509Certificate2? LoadCertificate(string? file)
    {
        try
        {
            return file is null ? null : X509Certificate2.CreateFromPemFile(file);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"the client certificate can't be read: {fault.Message}", fault);
        }
    }
}
