using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>Compares what SPF and DKIM authenticated with an author domain (RFC 9989 §4.10.2).</summary>
/// <param name="most">How many domains are compared. Further ones are not aligned.</param>
internal sealed class IdentifierAlignment(AuthorPolicy author, DmarcLookUps lookUps, int most)
{
    private int _compared;

    /// <summary>The methods with an aligned pass: <c>spf</c>, <c>dkim</c>.</summary>
    public IReadOnlyList<string> Aligned { get; private set; } = [];

    /// <summary>The methods without one, which might have had it if the DNS had answered.</summary>
    public IReadOnlyList<string> Undecided { get; private set; } = [];

    /// <summary>Why something is undecided.</summary>
    public string? Problem { get; private set; }

    private string? _failure;

    public async ValueTask TakeAsync(string method, CheckResult result, string domain, bool strict)
    {
        if (result is not (CheckResult.Pass or CheckResult.TempError) || domain.Length == 0)
            return;
        if (Aligned.Contains(method, StringComparer.Ordinal))
            return;
        if (_compared == most)
            return;
        _compared++;
        var isAligned = await IsAlignedAsync(domain, strict);
        if (isAligned is true && result == CheckResult.Pass)
        {
            Aligned = [.. Aligned, method];
            Undecided = [.. Undecided.Where(other => other != method)];
        }
        else if (isAligned is not false && !Undecided.Contains(method, StringComparer.Ordinal))
        {
            Undecided = [.. Undecided, method];
            Problem ??= result == CheckResult.TempError
                ? $"{method}=temperror for {domain}"
                : $"{_failure}, so that {domain} may belong to {author.Author} or not";
        }
    }

    /// <returns>Null when look-ups failed.</returns>
    private async ValueTask<bool?> IsAlignedAsync(string domain, bool strict)
    {
        if (string.Equals(domain, author.Author, StringComparison.Ordinal))
            return true;
        // Without a record each domain is an organization of its own.
        if (strict || (author.Record is null && !author.IsUncertain))
            return false;
        // Only a name with the author domain's last two labels is worth waiting for names above that record (docs/sender.md).
        if (author.RecordDomain == author.Author && !author.IsUncertain && !DomainName.Resembles(domain, author.Author))
            return false;
        var (known, failure) = await author.OrganizationAsync(lookUps);
        if (known is not { } organization)
            return Unknown(failure);
        // The organizational domain of a domain is itself or above it, so there is no need to look for that of others.
        if (!DomainName.IsAtOrBelow(domain, organization))
            return false;
        var walk = await lookUps.WalkAsync(domain);
        return walk.Failure is not null
            ? Unknown(walk.Failure) : string.Equals(walk.Organization, organization, StringComparison.Ordinal);
    }

    private bool? Unknown(string? failure)
    {
        _failure = failure;
        return null;
    }
}
