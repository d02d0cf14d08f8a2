namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>The SASL mechanisms that a session offers.</summary>
internal static class SaslMechanisms
{
    /// <summary>AUTH may be used now. Without TLS it may not, unless the listener allows passwords in the clear.</summary>
    public static bool Offered(SmtpListenerOptions listener, SmtpPeer peer) =>
        listener.Authenticator is not null && (peer.Tls is not null || listener.AllowPlaintextAuthentication);

    /// <summary>The mechanisms as EHLO lists them.</summary>
    public static string List(SmtpListenerOptions listener) =>
        listener.CramMd5 ? "SCRAM-SHA-256 PLAIN LOGIN CRAM-MD5" : "SCRAM-SHA-256 PLAIN LOGIN";

    public static bool IsKnown(SmtpListenerOptions listener, string mechanism) =>
        List(listener).Split(' ').Contains(mechanism, StringComparer.Ordinal);

    /// <param name="mechanism">One that <see cref="IsKnown"/> accepts.</param>
    /// <param name="hostname">Our name, which CRAM-MD5 puts into its challenge.</param>
    public static SaslExchange Create(
        string mechanism, ISmtpAuthenticator authenticator, SmtpPeer peer, string hostname, TimeProvider time) => mechanism switch
        {
            "PLAIN" => new PlainExchange(authenticator, peer),
            "LOGIN" => new LoginExchange(authenticator, peer),
            "SCRAM-SHA-256" => new ScramSha256Exchange(authenticator, peer),
            _ => new CramMd5Exchange(authenticator, peer, hostname, time.GetUtcNow()),
        };
}
