namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>Which mechanisms a session offers.</summary>
internal static class SaslMechanisms
{
    /// <summary>True when AUTH may be used at this moment: passwords never cross a wire in the clear unless the listener says so.</summary>
    public static bool Offered(SmtpListenerOptions listener, SmtpPeer peer) =>
        listener.Authenticator is not null && (peer.Tls is not null || listener.AllowPlaintextAuthentication);

    /// <summary>As in EHLO.</summary>
    public static string List(SmtpListenerOptions listener) => listener.CramMd5 ? "SCRAM-SHA-256 PLAIN LOGIN CRAM-MD5" : "SCRAM-SHA-256 PLAIN LOGIN";

    public static bool IsKnown(SmtpListenerOptions listener, string mechanism) => List(listener).Split(' ').Contains(mechanism, StringComparer.Ordinal);

    /// <param name="mechanism">One that <see cref="IsKnown"/> accepts.</param>
    /// <param name="hostname">Our name, which CRAM-MD5 puts into its challenge.</param>
    public static SaslExchange Create(string mechanism, ISmtpAuthenticator authenticator, SmtpPeer peer, string hostname, TimeProvider time) => mechanism switch
    {
        "PLAIN" => new PlainExchange(authenticator, peer),
        "LOGIN" => new LoginExchange(authenticator, peer),
        "SCRAM-SHA-256" => new ScramSha256Exchange(authenticator, peer),
        _ => new CramMd5Exchange(authenticator, peer, hostname, time.GetUtcNow()),
    };
}
