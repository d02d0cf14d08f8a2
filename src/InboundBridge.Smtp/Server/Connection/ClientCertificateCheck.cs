using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.Smtp.Server.Connection;

/// <summary>
/// Notes whether a client's certificate is valid. It never fails a handshake: the
/// certificate is a fact for the rules, not a condition of access.
/// </summary>
internal sealed class ClientCertificateCheck
{
    /// <summary>The client sent a certificate that an authority we trust has issued.</summary>
    public bool Verified { get; private set; }

    public bool Observe(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Verified = certificate is not null && errors == SslPolicyErrors.None;
        return true;
    }
}
