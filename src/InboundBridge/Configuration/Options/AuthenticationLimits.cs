namespace InboundBridge.Configuration.Options;

/// <summary>
/// Configuration <c>authentication.limits</c>: what the checks of one mail may cost. What a limit cuts
/// off is <c>temperror</c>, unless its RFC says otherwise.
/// </summary>
internal sealed record AuthenticationLimits
{
    /// <summary>
    /// All DNS look-ups of one mail together. Our choice: RFC 7208 §4.6.4 asks for at least 20 s
    /// for SPF alone, but senders wait for the reply meanwhile.
    /// </summary>
    public TimeSpan DnsTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Queries of one mail that are under way at the same time.</summary>
    public int DnsQueries { get; init; } = 8;

    /// <summary>RFC 7208 §4.6.4: terms of one SPF check that cause look-ups.</summary>
    public int SpfTerms { get; init; } = 10;

    /// <summary>RFC 7208 §4.6.4: look-ups of one SPF check that find nothing.</summary>
    public int SpfVoidLookups { get; init; } = 2;

    /// <summary>DKIM signatures of one mail that are checked; further ones are <c>policy</c> (RFC 6376 §6.1).</summary>
    public int DkimSignatures { get; init; } = 10;

    /// <summary>RFC 8617 §4.2.1: ARC sets of one mail.</summary>
    public int ArcSets { get; init; } = 50;
}
