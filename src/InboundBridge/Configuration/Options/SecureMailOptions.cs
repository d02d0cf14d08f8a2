using InboundBridge.MailFlow.SecureMail;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>authentication.signatures</c>: what looking into signed and encrypted mail may cost.</summary>
internal sealed record SecureMailOptions
{
    public TimeSpan Timeout { get; init; } = SecureMailLimits.Default.Timeout;

    public int Concurrency { get; init; } = SecureMailLimits.Default.Concurrency;

    /// <summary>Octets.</summary>
    public long Size { get; init; } = SecureMailLimits.Default.Octets;
}
