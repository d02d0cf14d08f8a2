using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>How a connection ended; a metric label.</summary>
public enum SmtpConnectionOutcome
{
    /// <summary>After QUIT.</summary>
    Closed,

    /// <summary>The client closed the connection without QUIT.</summary>
    Lost,
    TimedOut,

    /// <summary>Refused before the greeting: limits, policy, or a client that did not wait for the greeting.</summary>
    Refused,

    /// <summary>We closed it: too many errors or commands, or input after which we can't find the next command.</summary>
    CutOff,
    TlsFailed,
    ProxyInvalid,
    ShutDown,

    /// <summary>The roles were turned (ATRN), and we ended the mail that we sent with QUIT.</summary>
    Turned,

    /// <summary>An error of ours.</summary>
    Failed,
}

/// <summary>
/// What a session reports to its host, for the log. The session waits for each call, so calls must be quick and must not throw.
/// </summary>
public interface ISmtpSessionObserver
{
    void Opened(SmtpPeer peer)
    {
    }

    /// <summary>A configured proxy sent no valid PROXY header in time. It gets no reply.</summary>
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

    /// <param name="user">The user that the client claimed to be; null when the exchange ended before that.</param>
    void AuthenticationFailed(SmtpPeer peer, string mechanism, string? user)
    {
    }

    /// <summary>The session sent a negative reply.</summary>
    void Refused(SmtpPeer peer, SmtpRefusal refusal)
    {
    }

    /// <summary>The receiver or the authenticator threw an exception; the client got a temporary refusal.</summary>
    void Faulted(SmtpPeer peer, SmtpVerb verb, Exception error)
    {
    }

    /// <param name="messages">Messages accepted on this connection.</param>
    void Ended(SmtpPeer peer, SmtpConnectionOutcome outcome, int messages)
    {
    }
}
