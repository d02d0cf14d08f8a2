using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>
/// The DMARC check (RFC 9989) of one mail, in two steps: <see cref="Begin"/> looks up the policy as soon as the header is complete, and
/// <see cref="EvaluateAsync"/> compares it with what SPF and DKIM say.
/// </summary>
public sealed class DmarcCheck
{
    private readonly DmarcOptions _options;
    private readonly DmarcLookUps _lookUps;
    private readonly List<string> _authors;
    private readonly bool _namesTooMany;
    private readonly bool _namesNoDomain;
    private readonly ValueTask<AuthorPolicy>[] _policies;

    private DmarcCheck(IEnumerable<string> fromDomains, DmarcLookUps lookUps, DmarcOptions options)
    {
        _options = options;
        _lookUps = lookUps;
        _authors = [];
        foreach (var domain in fromDomains)
        {
            if (DomainName.Canonical(domain) is not { } author)
                _namesNoDomain = true;
            else if (_authors.Contains(author))
                continue;
            else if (_authors.Count == options.AuthorDomains)
                _namesTooMany = true;
            else
                _authors.Add(author);
            if (_namesTooMany)
                break;
        }
        _policies = new ValueTask<AuthorPolicy>[_authors.Count];
    }

    /// <summary>Why nobody can tell who the author is.</summary>
    private string? Problem { get; init; }

    /// <summary>Nobody can tell who the author is, so there is nothing to look up.</summary>
    /// <param name="problem">Why, for people.</param>
    public static DmarcCheck OfUnknownAuthor(string problem, IDnsResolver resolver, DmarcOptions options) =>
        new([], new DmarcLookUps(resolver, CancellationToken.None), options) { Problem = problem };

    /// <summary>Begins the look-ups.</summary>
    /// <param name="fromDomains">
    /// The domain of each address of all From fields, as written, with the members of groups: none, one or several.
    /// </param>
    /// <param name="likely">
    /// Domains that SPF or DKIM may authenticate (of MAIL FROM, of tags <c>d=</c>), as written. Only saves time: look-ups for them begin
    /// now.
    /// </param>
    /// <param name="resolver">With the budget of this mail.</param>
    public static DmarcCheck Begin(
        IEnumerable<string> fromDomains, IEnumerable<string> likely, IDnsResolver resolver, DmarcOptions options,
        CancellationToken cancellationToken)
    {
        var lookUps = new DmarcLookUps(resolver, cancellationToken);
        var check = new DmarcCheck(fromDomains, lookUps, options);
        foreach (var author in check._authors)
            lookUps.Begin(author);
        check.BeginLikely(likely);
        for (var i = 0; i < check._policies.Length; i++)
            check._policies[i] = AuthorPolicy.FindAsync(check._authors[i], lookUps).Preserve();
        return check;
    }

    /// <summary>Call it once.</summary>
    /// <param name="spf">Of the MAIL FROM identity; with the null reverse-path that is HELO's (RFC 7208 §2.4).</param>
    /// <returns>Throws only when the token of <see cref="Begin"/> was cancelled.</returns>
    public async ValueTask<DmarcVerdict> EvaluateAsync(SpfVerdict spf, IReadOnlyList<DkimVerdict> dkim)
    {
        if (Problem is not null)
            return new DmarcVerdict(CheckResult.PermError) { Problem = Problem, IsAuthorUnknown = true };
        DmarcVerdict? worst = null;
        // All policies first, because the walks of identifiers share their look-ups.
        foreach (var policy in _policies)
            await policy;
        foreach (var policy in _policies)
        {
            var found = await policy;
            var alignment = new IdentifierAlignment(found, _lookUps, _options.Identifiers);
            await alignment.TakeAsync("spf", spf.Result, spf.Domain, found.Record?.StrictSpf == true);
            foreach (var signature in dkim)
            {
                if (!signature.IsPartial)
                    await alignment.TakeAsync("dkim", signature.Result, signature.Domain, found.Record?.StrictDkim == true);
            }
            var verdict = Conclude(found, alignment);
            worst = worst is null ? verdict : SeveralAuthors.Combine(worst, verdict);
        }
        if (worst is null)
            return DmarcVerdict.NotAsked with { Problem = "From names no domain", IsAuthorUnknown = true };
        if (_namesTooMany)
            return SeveralAuthors.Unfinished(worst, $"From names more than {_options.AuthorDomains} domains");
        return _namesNoDomain ? SeveralAuthors.Unfinished(worst, "From has an address without a domain") : worst;
    }

    /// <summary>Only names that could share an organizational domain with an author: those with the same last two labels.</summary>
    private void BeginLikely(IEnumerable<string> likely)
    {
        var begun = 0;
        foreach (var domain in likely)
        {
            if (begun == _options.Identifiers)
                return;
            if (DomainName.Canonical(domain) is not { } name || !_authors.Exists(author => SharesLastLabels(author, name)))
                continue;
            _lookUps.Begin(name);
            begun++;
        }
    }

    private static bool SharesLastLabels(string author, string name)
    {
        var dot = author.LastIndexOf('.');
        var before = dot > 0 ? author.LastIndexOf('.', dot - 1) : -1;
        return DomainName.IsAtOrBelow(name, author[(before + 1)..]);
    }

    private static DmarcVerdict Conclude(AuthorPolicy found, IdentifierAlignment alignment)
    {
        var verdict = new DmarcVerdict(CheckResult.None)
        {
            AuthorDomain = found.Author,
            Domain = found.RecordDomain,
            Alignment = alignment.Aligned,
            Undecided = alignment.Undecided,
            Problem = found.Problem,
        };
        if (found.Record is not { } record)
            return found.IsUncertain ? verdict with { Result = CheckResult.TempError } : verdict;
        if (record.Policy is not { } published)
            return verdict;
        verdict = verdict with { Policy = Word(found.Policy), Published = Word(published) };
        if (alignment.Aligned.Count > 0)
            return verdict with { Result = CheckResult.Pass, Problem = null };
        if (alignment.Undecided.Count > 0)
            return verdict with { Result = CheckResult.TempError, Problem = found.Problem ?? alignment.Problem };
        return verdict with { Result = found.IsUncertain ? CheckResult.TempError : CheckResult.Fail };
    }

    private static string Word(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => "reject",
        DmarcPolicy.Quarantine => "quarantine",
        _ => "none",
    };
}
