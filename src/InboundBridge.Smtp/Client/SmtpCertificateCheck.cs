using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.Smtp.Client;

/// <summary>Decides about a server's certificate in place of the usual check of chain and name.</summary>
/// <param name="certificate">The server's own certificate. Valid during the call.</param>
/// <param name="others">The certificates that the server sent with it, in no order.</param>
/// <returns>Null when the certificate is accepted.</returns>
public delegate SmtpCertificateFault? SmtpCertificateCheck(X509Certificate2 certificate, X509Certificate2Collection others);
