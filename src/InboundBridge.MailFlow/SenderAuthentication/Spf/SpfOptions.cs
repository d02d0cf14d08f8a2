namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>The limits of one SPF check.</summary>
public sealed record SpfOptions
{
    /// <summary>How many terms may cause look-ups: a, mx, ptr, include, exists, redirect (RFC 7208 §4.6.4).</summary>
    public int MostTerms { get; init; } = 10;

    /// <summary>How many terms may get no records from the DNS (RFC 7208 §4.6.4 recommends 2).</summary>
    public int MostVoidTerms { get; init; } = 2;

    /// <summary>How many hosts of one mx term are looked up; with more of them the check ends as permerror (RFC 7208 §4.6.4).</summary>
    public int MostExchangers { get; init; } = 10;

    /// <summary>How many names of the client are confirmed; further ones are ignored (RFC 7208 §4.6.4).</summary>
    public int MostClientNames { get; init; } = 10;

    /// <summary>
    /// How long a check waits for the client's names, for <c>ptr</c> and <c>%{p}</c>. Their servers are the client's own: silent ones must
    /// not use up the time for a domain whose record has such a term. Then the term does not match (RFC 7208 §5.5).
    /// </summary>
    public TimeSpan ClientNamesTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many look-ups are begun before it is sure that they are needed: what ten terms usually cause.</summary>
    public int MostAhead { get; init; } = 16;

    /// <summary>Characters of an explanation. It must fit into one line of a reply (512 octets, RFC 5321 §4.5.3.1.5).</summary>
    public int LongestExplanation { get; init; } = 450;

    /// <summary>Characters of the explanation's text in the DNS, before macros are expanded.</summary>
    public int LongestExplanationText { get; init; } = 4096;

    /// <summary>Macro <c>%{r}</c>: the name of the host that checks.</summary>
    public string Receiver { get; init; } = "unknown";
}
