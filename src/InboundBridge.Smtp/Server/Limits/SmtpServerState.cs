namespace InboundBridge.Smtp.Server.Limits;

/// <summary>What all sessions of one server share and what outlives a reload: clock, metrics, log, counters of connections and rates.</summary>
public sealed record SmtpServerState(TimeProvider Time, SmtpServerMetrics Metrics, ISmtpSessionObserver Observer)
{
    /// <summary>Counts connections in all and by client.</summary>
    public SmtpConnectionLimiter Connections { get; init; } = new();

    /// <summary>Counts failed authentications by client.</summary>
    public SmtpAuthenticationLimiter Authentications { get; init; } = new(Time);

    /// <summary>Null: no rate limits are configured.</summary>
    public SmtpRateLimiter? Rates { get; init; }
}
