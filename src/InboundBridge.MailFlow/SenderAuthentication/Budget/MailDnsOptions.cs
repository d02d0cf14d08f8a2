namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>What one mail may ask of the DNS, and how that is divided (docs/sender.md).</summary>
public sealed record MailDnsOptions
{
    /// <summary>
    /// How long a mail may wait for the DNS in all. RFC 7208 §4.6.4 asks for at least 20 s for SPF alone; a client waits for its answer
    /// meanwhile, so we give less, and what is cut off is temporary.
    /// </summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many of its queries run at a time.</summary>
    public int AtOnce { get; init; } = 8;

    /// <summary>
    /// SPF runs before the header is there, over names that a sender chooses. Six tenths for it leave enough for what comes after.
    /// </summary>
    internal TimeSpan SpfTime => Time * 0.6;

    /// <summary>
    /// For all that begins when the header is complete: policies first, then keys. It runs side by side, so each of its parts has all of
    /// this time.
    /// </summary>
    internal TimeSpan HeaderTime => Time * 0.4;

    /// <summary>
    /// Look-ups of policies for which there is room before the header tells how many there are. With the room that SPF may borrow at that
    /// time, four author domains find a turn each.
    /// </summary>
    internal int KeptForPolicies => AtOnce * 3 / 8;

    internal int KeptForSpf => AtOnce / 4;

    /// <summary>Keys of domains that may belong to the author's organization: they can change what DMARC says.</summary>
    internal int KeptForSigners => AtOnce / 4;

    /// <summary>The most look-ups at a time of keys of other domains, and again of ARC seals.</summary>
    internal int MostOfOthers => Math.Max(1, AtOnce / 2);

    /// <summary>
    /// How long a look-up of a key keeps its turn while others wait, where From names several domains: the keys of a silent domain must
    /// not use up the time of another domain's. Slow servers answer within a second.
    /// </summary>
    internal TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(1);
}
