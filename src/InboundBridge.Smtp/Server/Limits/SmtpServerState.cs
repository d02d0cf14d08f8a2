namespace InboundBridge.Smtp.Server.Limits;

/// <summary>What all sessions of one server share and a reload keeps: the clock, metrics, the log, and the counted limits.</summary>
public sealed record SmtpServerState(TimeProvider Time, SmtpServerMetrics Metrics, ISmtpSessionObserver Observer)
{
    public SmtpConnectionLimiter Connections { get; init; } = new();

    public SmtpAuthenticationLimiter Authentications { get; init; } = new(Time);

    /// <summary>Null when no rate limits are configured.</summary>
    public SmtpRateLimiter? Rates { get; init; }

    /// <summary>Counts and logs the refusal of a mail that did not come through a session.</summary>
    public void Refused(SmtpPeer peer, SmtpRefusal refusal)
    {
        Metrics.ForListener(peer.Listener).Refused(refusal.Verb, refusal.Reply);
        Observer.Refused(peer, refusal);
    }
}
