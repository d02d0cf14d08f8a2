namespace InboundBridge.Smtp.Client;

/// <summary>The reasons (<see cref="Protocol.SmtpReply.Reason"/>) of sessions that were not opened because of TLS.</summary>
public static class SmtpTlsReason
{
    /// <summary>The server offers no STARTTLS, or refuses it.</summary>
    public const string NotOffered = "tls_not_offered";

    /// <summary>The handshake failed.</summary>
    public const string Handshake = "tls";

    public const string HostMismatch = "certificate_name";

    public const string Expired = "certificate_expired";

    public const string NotTrusted = "certificate_untrusted";

    public const string Mismatch = "certificate_mismatch";

    public static bool Is(string? reason) =>
        reason is NotOffered or Handshake or HostMismatch or Expired or NotTrusted or Mismatch;
}
