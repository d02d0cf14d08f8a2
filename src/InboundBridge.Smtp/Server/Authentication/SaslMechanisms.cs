namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>Which mechanisms a session offers.</summary>
internal static class SaslMechanisms
{
    /// <summary>True when AUTH may be used at this moment: passwords never cross a wire in the clear unless the listener says so.</summary>
    public static bool Offered(SmtpSessionContext context) =>
        context.Listener.Authenticator is not null && (context.Peer.Tls is not null || context.Listener.AllowPlaintextAuthentication);

    /// <summary>As in EHLO.</summary>
    public static string List(SmtpListenerOptions listener) => listener.CramMd5 ? "SCRAM-SHA-256 PLAIN LOGIN CRAM-MD5" : "SCRAM-SHA-256 PLAIN LOGIN";

    public static bool IsKnown(SmtpListenerOptions listener, string mechanism) => List(listener).Split(' ').Contains(mechanism, StringComparer.Ordinal);

    /// <param name="mechanism">A known one.</param>
    public static SaslExchange Create(SmtpSessionContext context, ISmtpAuthenticator authenticator, string mechanism) => mechanism switch
    {
        "PLAIN" => new PlainExchange(authenticator, context.Peer),
        "LOGIN" => new LoginExchange(authenticator, context.Peer),
        "SCRAM-SHA-256" => new ScramSha256Exchange(authenticator, context.Peer),
        _ => new CramMd5Exchange(authenticator, context.Peer, context.Options.Hostname, context.Server.Time.GetUtcNow()),
    };
}
