using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>Option <c>trusted_certificates</c>: authorities that are trusted beside the system's, from a PEM file.</summary>
public sealed class TrustedCertificates
{
    private readonly X509Certificate2Collection _roots;

    private TrustedCertificates(X509Certificate2Collection roots)
    {
        _roots = roots;
        Digest = Convert.ToHexString(SHA256.HashData([.. roots.SelectMany(root => root.RawData)]));
    }

    /// <summary>Equal for equal certificates, whichever file they are in.</summary>
    public string Digest { get; }

    /// <exception cref="FormatException">The file can't be read, or holds no certificate.</exception>
    public static TrustedCertificates Read(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{file} can't be read: {fault.Message}", fault);
        }
        return roots.Count > 0
            ? new TrustedCertificates(roots)
            : throw new FormatException($"{file} holds no certificate (PEM: -----BEGIN CERTIFICATE-----)");
    }

    /// <summary>
    /// Accepts what the system accepts, and certificates whose only fault is that the
    /// system does not know an authority that is in the file.
    /// </summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        // The file may also contain an intermediate that the server forgets to send.
        chain.ChainPolicy.ExtraStore.AddRange(_roots);
        // The platform checks no revocation for servers by default, and private authorities seldom publish any.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        return chain.Build(leaf);
    }
}
