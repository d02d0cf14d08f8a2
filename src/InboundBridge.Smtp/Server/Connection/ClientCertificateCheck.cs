using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.Smtp.Server.Connection;

/// <summary>Looks at the certificate that a client shows, and lets every handshake pass: it is a fact for the rules, no door.</summary>
internal sealed class ClientCertificateCheck
{
    /// <summary>A certificate came, and an authority that we trust vouches for it.</summary>
    public bool Verified { get; private set; }

    public bool Observe(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Verified = certificate is not null && errors == SslPolicyErrors.None;
        return true;
    }
}
