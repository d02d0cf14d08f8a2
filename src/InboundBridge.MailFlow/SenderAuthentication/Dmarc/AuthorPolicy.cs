namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>What was found out in the DNS about an author domain, before SPF and DKIM have answered.</summary>
internal sealed record AuthorPolicy(string Author)
{
    /// <summary>Null without a record, or when it is unknown.</summary>
    public DmarcRecord? Record { get; private init; }

    /// <summary>The domain that publishes <see cref="Record"/>; the author domain without one.</summary>
    public string RecordDomain { get; private init; } = Author;

    /// <summary>
    /// Null when look-ups failed, and where the author domain's own record applies: then nobody has waited for the names above it, and
    /// <see cref="OrganizationAsync"/> does.
    /// </summary>
    private string? Organization { get; init; }

    /// <summary>
    /// The policy for this mail after <c>sp</c>, <c>np</c> and <c>t</c>. If it is unknown whether the domain exists, the stricter one.
    /// </summary>
    public DmarcPolicy Policy { get; private init; }

    /// <summary>A look-up failed that decides which record applies, or which of its policies.</summary>
    public bool IsUncertain { get; private init; }

    public string? Problem { get; private init; }

    public static async ValueTask<AuthorPolicy> FindAsync(string author, DmarcLookUps lookUps)
    {
        // Servers of names above that do not answer must not delay a mail whose policy is known.
        if (await lookUps.OwnAsync(author) is { } own)
            return Of(author, author, own, own.Policy ?? DmarcPolicy.None);
        var walk = await lookUps.WalkAsync(author);
        if (walk.Failure is not null)
            return new AuthorPolicy(author) { IsUncertain = true, Problem = walk.Failure };
        if (walk.Applicable is not var (domain, record))
            return new AuthorPolicy(author) { Organization = author, Problem = walk.Discarded };
        var (policy, isSure) = await OfSubdomainAsync(author, record, lookUps);
        var found = Of(author, domain, record, policy) with { Organization = walk.Organization };
        return isSure ? found : found with { IsUncertain = true, Problem = $"the DNS did not say whether {author} exists" };
    }

    /// <summary>The organizational domain (RFC 9989 §4.10.2); null with the failure where look-ups failed.</summary>
    public async ValueTask<(string? Domain, string? Failure)> OrganizationAsync(DmarcLookUps lookUps)
    {
        if (Organization is not null || IsUncertain)
            return (Organization, Problem);
        var walk = await lookUps.WalkAsync(Author);
        return walk.Failure is { } failure ? (null, failure) : (walk.Organization, null);
    }

    private static AuthorPolicy Of(string author, string domain, DmarcRecord record, DmarcPolicy policy) => new(author)
    {
        Record = record,
        RecordDomain = domain,
        Policy = record.IsTest && policy > DmarcPolicy.None ? policy - 1 : policy,
        Problem = record.Policy is null ? $"the record of {domain} has no valid policy" : null,
    };

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
