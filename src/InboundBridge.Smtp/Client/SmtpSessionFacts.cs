namespace InboundBridge.Smtp.Client;

/// <summary>How a session was opened.</summary>
/// <param name="IsEncrypted">It runs over TLS.</param>
/// <param name="OffersTls">The server offers STARTTLS. Without encryption this means that the handshake failed.</param>
/// <param name="CertificateFault">Null for a valid certificate, and without TLS.</param>
public sealed record SmtpSessionFacts(bool IsEncrypted, bool OffersTls, SmtpCertificateFault? CertificateFault);
