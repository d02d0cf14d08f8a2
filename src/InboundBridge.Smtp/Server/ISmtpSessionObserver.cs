using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>How a connection ended. Bounded: it is a metric label.</summary>
public enum SmtpConnectionOutcome
{
    /// <summary>QUIT.</summary>
    Closed,

    /// <summary>The peer went without QUIT.</summary>
    Lost,
    TimedOut,

    /// <summary>Refused before the greeting: limits, policy, early talk.</summary>
    Refused,

    /// <summary>Too many errors or commands, or something that can't be answered in order.</summary>
    CutOff,
    TlsFailed,
    ProxyInvalid,
    ShutDown,

    /// <summary>A fault of ours.</summary>
    Failed,
}

/// <summary>What a session tells its host, for the log. Called on the session's own path: must be quick and must not throw.</summary>
public interface ISmtpSessionObserver
{
    void Opened(SmtpPeer peer)
    {
    }

    /// <summary>The listed proxy sent no valid PROXY header in time; nothing was said to it.</summary>
    void ProxyInvalid(SmtpPeer peer)
    {
    }

    void TlsStarted(SmtpPeer peer)
    {
    }

    void TlsFailed(SmtpPeer peer, Exception error)
    {
    }

    void Authenticated(SmtpPeer peer, string mechanism)
    {
    }

    /// <param name="user">As claimed; null when the exchange did not come so far.</param>
    void AuthenticationFailed(SmtpPeer peer, string mechanism, string? user)
    {
    }

    /// <summary>A negative reply went out, with its cause in <see cref="SmtpReply.LogDetail"/>. For the greeting the verb is <see cref="SmtpVerb.Unknown"/>.</summary>
    void Refused(SmtpPeer peer, SmtpVerb verb, SmtpReply reply)
    {
    }

    /// <summary>The receiver or the authenticator threw; the peer got a temporary refusal.</summary>
    void Faulted(SmtpPeer peer, SmtpVerb verb, Exception error)
    {
    }

    /// <param name="messages">Accepted on this connection.</param>
    void Ended(SmtpPeer peer, SmtpConnectionOutcome outcome, int messages)
    {
    }
}
