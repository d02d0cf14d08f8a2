namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>What one mail may ask of the DNS.</summary>
public sealed record MailDnsOptions
{
    /// <summary>
    /// How long a mail may wait for the DNS in all. RFC 7208 §4.6.4 asks for at least 20 s for SPF alone; a client waits for its answer
    /// meanwhile, so we give less, and what is cut off is temporary.
    /// </summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many of its queries run at a time.</summary>
    public int AtOnce { get; init; } = 8;
}
