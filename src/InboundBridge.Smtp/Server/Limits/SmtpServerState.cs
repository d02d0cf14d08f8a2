namespace InboundBridge.Smtp.Server.Limits;

/// <summary>What all sessions of one server share and a reload keeps: the clock, metrics, the log, and the counted limits.</summary>
public sealed record SmtpServerState(TimeProvider Time, SmtpServerMetrics Metrics, ISmtpSessionObserver Observer)
{
    public SmtpConnectionLimiter Connections { get; init; } = new();

    public SmtpAuthenticationLimiter Authentications { get; init; } = new(Time);

    /// <summary>Null when no rate limits are configured.</summary>
    public SmtpRateLimiter? Rates { get; init; }
}
