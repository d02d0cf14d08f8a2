namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>Limits of the DMARC check of one mail.</summary>
public sealed record DmarcOptions
{
    /// <summary>
    /// How many different domains of From addresses are checked. RFC 9989 §11.5 recommends a limit; mail with more than one domain is
    /// rare.
    /// </summary>
    public int AuthorDomains { get; init; } = 4;

    /// <summary>
    /// How many domains that SPF or DKIM authenticated are compared with an author domain. Each may cost a walk of 8 look-ups. SPF yields
    /// one, DKIM as many as signatures are checked (10).
    /// </summary>
    public int Identifiers { get; init; } = 12;

    /// <summary>
    /// The checks that are off: <c>SPF</c>, <c>DKIM</c>. A mail that only such a check could have proved does not fail, because nobody
    /// looked; its result is <c>none</c>.
    /// </summary>
    public IReadOnlyList<string> Unchecked { get; init; } = [];
}
