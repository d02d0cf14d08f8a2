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
    private readonly List<string> _authors;
    private readonly bool _namesTooMany;
    private readonly bool _namesNoDomain;
    private DmarcLookUps[] _lookUps = [];
    private ValueTask<AuthorPolicy>[] _policies = [];

    /// <summary>Reads the authors and asks nothing yet.</summary>
    internal DmarcCheck(IEnumerable<string> fromDomains, DmarcOptions options)
    {
        _options = options;
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
    }

    /// <summary>The author domains that are checked, canonical.</summary>
    internal IReadOnlyList<string> Authors => _authors;

    /// <summary>Why nobody can tell who the author is.</summary>
    private string? Problem { get; init; }

    /// <summary>Why no mail can be judged.</summary>
    private string? NotJudged { get; init; }

    /// <summary>Nobody can tell who the author is, so there is nothing to look up.</summary>
    /// <param name="problem">Why, for people.</param>
    internal static DmarcCheck OfUnknownAuthor(string problem, DmarcOptions options) => new([], options) { Problem = problem };

    /// <summary>SPF and DKIM are off, so that there is nothing to compare with the author. Nothing is looked up.</summary>
    internal static DmarcCheck OfNothing(DmarcOptions options) =>
        new([], options) { NotJudged = "no DMARC result, because SPF and DKIM are off" };

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
        var check = new DmarcCheck(fromDomains, options);
        check.Begin([.. Enumerable.Repeat(resolver, check._authors.Count)], resolver, cancellationToken);
        check.BeginLikely(likely);
        return check;
    }

    /// <summary>Begins the look-ups of the authors' policies.</summary>
    /// <param name="policies">Each author domain's part of the mail's budget, in the order of <see cref="Authors"/>.</param>
    /// <param name="identifiers">The part for the walks of domains that SPF or DKIM authenticated.</param>
    internal void Begin(IReadOnlyList<IDnsResolver> policies, IDnsResolver identifiers, CancellationToken cancellationToken)
    {
        _lookUps = new DmarcLookUps[_authors.Count];
        _policies = new ValueTask<AuthorPolicy>[_authors.Count];
        for (var index = 0; index < _authors.Count; index++)
        {
            _lookUps[index] = new DmarcLookUps(_authors[index], policies[index], identifiers, cancellationToken);
            _policies[index] = AuthorPolicy.FindAsync(_authors[index], _lookUps[index]).Preserve();
        }
    }

    /// <summary>Call it once.</summary>
    /// <param name="spf">Of the MAIL FROM identity; with the null reverse-path that is HELO's (RFC 7208 §2.4).</param>
    /// <returns>Throws only when the token of <see cref="Begin"/> was cancelled.</returns>
    public async ValueTask<DmarcVerdict> EvaluateAsync(SpfVerdict spf, IReadOnlyList<DkimVerdict> dkim)
    {
        if (NotJudged is not null)
            return DmarcVerdict.NotAsked with { Problem = NotJudged };
        if (Problem is not null)
            return new DmarcVerdict(CheckResult.PermError) { Problem = Problem, IsAuthorUnknown = true };
        DmarcVerdict? worst = null;
        // All policies first, because the walks of identifiers share their look-ups.
        foreach (var policy in _policies)
            await policy;
        for (var index = 0; index < _policies.Length; index++)
        {
            var found = await _policies[index];
            var alignment = new IdentifierAlignment(found, _lookUps[index], _options.Identifiers);
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

    /// <summary>
    /// Begins the walks of domains that may be authenticated. Only of names that could share an organizational domain with an author: those
    /// with the same last two labels.
    /// </summary>
    internal void BeginLikely(IEnumerable<string> likely)
    {
        var begun = 0;
        foreach (var domain in likely)
        {
            if (begun == _options.Identifiers)
                return;
            if (DomainName.Canonical(domain) is not { } name)
                continue;
            for (var index = 0; index < _authors.Count && begun < _options.Identifiers; index++)
            {
                if (!DomainName.Resembles(name, _authors[index]))
                    continue;
                _lookUps[index].Begin(name);
                begun++;
            }
        }
    }

    private DmarcVerdict Conclude(AuthorPolicy found, IdentifierAlignment alignment)
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
        if (found.IsUncertain)
            return verdict with { Result = CheckResult.TempError };
        // A forged mail and an honest one that only the missing check would prove look the same.
        return _options.Unchecked is [var off, ..]
            ? verdict with { Problem = $"no DMARC result: {off} is off, which could have proved the author {found.Author}" }
            : verdict with { Result = CheckResult.Fail, Problem = null };
    }

    private static string Word(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => "reject",
        DmarcPolicy.Quarantine => "quarantine",
        _ => "none",
    };
}
