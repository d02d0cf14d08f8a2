namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>What was found out in the DNS about an author domain, before SPF and DKIM have answered.</summary>
internal sealed record AuthorPolicy(string Author)
{
    /// <summary>Null without a record, or when it is unknown.</summary>
    public DmarcRecord? Record { get; private init; }

    /// <summary>The domain that publishes <see cref="Record"/>; the author domain without one.</summary>
    public string RecordDomain { get; private init; } = Author;

    /// <summary>Null when look-ups failed.</summary>
    public string? Organization { get; private init; }

    /// <summary>
    /// The policy for this mail after <c>sp</c>, <c>np</c> and <c>t</c>. If it is unknown whether the domain exists, the stricter one.
    /// </summary>
    public DmarcPolicy Policy { get; private init; }

    /// <summary>A look-up failed that decides which record applies, or which of its policies.</summary>
    public bool IsUncertain { get; private init; }

    public string? Problem { get; private init; }

    public static async ValueTask<AuthorPolicy> FindAsync(string author, DmarcLookUps lookUps)
    {
        var walk = await lookUps.WalkAsync(author);
        if (walk.Failure is not null && walk.OfStart is null)
            return new AuthorPolicy(author) { IsUncertain = true, Problem = walk.Failure };
        if (walk.Applicable is not var (domain, record))
            return new AuthorPolicy(author) { Organization = author, Problem = walk.Discarded };
        var (policy, isSure) = domain == author
            ? (record.Policy ?? DmarcPolicy.None, true)
            : await OfSubdomainAsync(author, record, lookUps);
        return new AuthorPolicy(author)
        {
            Record = record,
            RecordDomain = domain,
            Organization = walk.Failure is null ? walk.Organization : null,
            Policy = record.IsTest && policy > DmarcPolicy.None ? policy - 1 : policy,
            IsUncertain = !isSure,
            Problem = !isSure ? $"the DNS did not say whether {author} exists"
                : record.Policy is null ? $"the record of {domain} has no valid policy"
                : walk.Failure,
        };
    }

    private static async ValueTask<(DmarcPolicy Policy, bool IsSure)> OfSubdomainAsync(
        string author, DmarcRecord record, DmarcLookUps lookUps)
    {
        var existing = record.SubdomainPolicy ?? record.Policy ?? DmarcPolicy.None;
        if (record.NonexistentPolicy is not { } nonexistent || nonexistent == existing)
            return (existing, true);
        return await lookUps.ExistsAsync(author) switch
        {
            true => (existing, true),
            false => (nonexistent, true),
            null => (nonexistent > existing ? nonexistent : existing, false),
        };
    }
}
