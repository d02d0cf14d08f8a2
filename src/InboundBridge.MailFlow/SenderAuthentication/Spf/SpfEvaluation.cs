using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>
/// One run of check_host() with its includes and redirects (RFC 7208 §4). Every include and redirect counts as a term, and terms are
/// limited, so that records which point at each other end.
/// </summary>
internal sealed class SpfEvaluation(
    SpfLookUps dns, SpfOptions options, SpfRecordCache records, SpfClient client, SpfClientNames names, SpfTargets targets)
{
    private readonly SpfLookAhead _ahead = new(dns, records, client, targets);
    private bool _begun;
    private int _terms;
    private int _voids;
    private string? _problem;

    public async ValueTask<SpfOutcome> CheckHostAsync(string domain, CancellationToken cancellationToken)
    {
        var redirected = false;
        while (true)
        {
            var (record, instead) = await FindRecordAsync(domain, cancellationToken);
            if (record is null)
            {
                // RFC 7208 §6.1: a redirect to a domain without a record is an error of the domain that redirects.
                return redirected && instead.Result == CheckResult.None
                    ? SpfOutcome.Permanent($"redirect to {domain}, which has no record") : instead;
            }
            if (await EvaluateAsync(record, domain, cancellationToken) is { } outcome)
                return outcome;
            if (record.Redirect is null)
                return new SpfOutcome(CheckResult.Neutral, "default", domain);
            if (!CountTerm())
                return SpfOutcome.Permanent(_problem!);
            domain = await targets.FindAsync(record.Redirect, domain, cancellationToken) ?? string.Empty;
            redirected = true;
        }
    }

    private async ValueTask<(SpfRecord? Record, SpfOutcome Instead)> FindRecordAsync(string domain, CancellationToken cancellationToken)
    {
        if (!SpfIdentity.IsCheckable(domain))
            return (null, SpfOutcome.None);
        var isFirst = !_begun;
        _begun = true;
        var answer = await (isFirst
            ? dns.LookUpFirstAsync(domain, cancellationToken) : dns.LookUpAsync(domain, DnsRecordType.Txt, cancellationToken));
        if (answer.IsTemporary)
            return (null, SpfOutcome.Temporary(Describe(domain, DnsRecordType.Txt, answer)));
        return records.Select(answer) switch
        {
            null => (null, SpfOutcome.None),
            { Problem: null } record => (record, default),
            { Problem: var problem } => (null, SpfOutcome.Permanent($"the record of {domain} {problem}")),
        };
    }

    /// <summary>Null when no mechanism matches.</summary>
    private async ValueTask<SpfOutcome?> EvaluateAsync(SpfRecord record, string domain, CancellationToken cancellationToken)
    {
        var waited = false;
        for (var index = 0; index < record.Mechanisms.Count; index++)
        {
            var mechanism = record.Mechanisms[index];
            var matching = MatchAsync(mechanism, domain, cancellationToken);
            if (!waited && !matching.IsCompleted)
            {
                waited = true;
                _ahead.Begin(record, index + 1, domain);
            }
            switch (await matching)
            {
                case SpfMatch.Yes:
                    return new SpfOutcome(mechanism.Result, mechanism.Text, domain, record.Explanation);
                case SpfMatch.Temporary:
                    return SpfOutcome.Temporary(_problem!);
                case SpfMatch.Permanent:
                    return SpfOutcome.Permanent(_problem!);
            }
        }
        return null;
    }

    private ValueTask<SpfMatch> MatchAsync(SpfMechanism mechanism, string domain, CancellationToken cancellationToken)
    {
        switch (mechanism)
        {
            case SpfMechanism.All:
                return new ValueTask<SpfMatch>(SpfMatch.Yes);
            case SpfMechanism.Network network:
                return new ValueTask<SpfMatch>(client.IsIn(network.Range) ? SpfMatch.Yes : SpfMatch.No);
        }
        if (!CountTerm())
            return new ValueTask<SpfMatch>(SpfMatch.Permanent);
        return mechanism switch
        {
            SpfMechanism.Address address => MatchAddressAsync(address, domain, cancellationToken),
            SpfMechanism.Exchangers exchangers => MatchExchangersAsync(exchangers, domain, cancellationToken),
            SpfMechanism.Include include => MatchIncludeAsync(include, domain, cancellationToken),
            SpfMechanism.Exists exists => MatchExistsAsync(exists, domain, cancellationToken),
            SpfMechanism.ClientName name => MatchClientNameAsync(name, domain, cancellationToken),
            _ => throw new InvalidOperationException($"no such mechanism: {mechanism.Text}"),
        };
    }

    private async ValueTask<SpfMatch> MatchIncludeAsync(SpfMechanism.Include include, string domain, CancellationToken cancellationToken)
    {
        if (await targets.FindAsync(include.Target, domain, cancellationToken) is not { } target)
            return SpfMatch.No;
        var outcome = await CheckHostAsync(target, cancellationToken);
        _problem = outcome.Problem ?? $"{target}, which {domain} includes, has no record";
        return outcome.Result switch
        {
            CheckResult.Pass => SpfMatch.Yes,
            CheckResult.Fail or CheckResult.SoftFail or CheckResult.Neutral => SpfMatch.No,
            CheckResult.TempError => SpfMatch.Temporary,
            _ => SpfMatch.Permanent,
        };
    }

    private async ValueTask<SpfMatch> MatchExistsAsync(SpfMechanism.Exists exists, string domain, CancellationToken cancellationToken)
    {
        // RFC 7208 §5.7: the type is A, whatever the client's address is.
        return await targets.FindAsync(exists.Target, domain, cancellationToken) is { } target
            ? Weigh(target, DnsRecordType.A, await dns.LookUpAsync(target, DnsRecordType.A, cancellationToken))
            : SpfMatch.No;
    }

    private async ValueTask<SpfMatch> MatchAddressAsync(SpfMechanism.Address address, string domain, CancellationToken cancellationToken)
    {
        if (await targets.FindAsync(address.Target, domain, cancellationToken) is not { } target)
            return SpfMatch.No;
        var answer = await dns.LookUpAsync(target, client.RecordType, cancellationToken);
        var weight = Weigh(target, client.RecordType, answer);
        return weight == SpfMatch.Yes && !IsAmong(answer, address.Prefixes) ? SpfMatch.No : weight;
    }

    private async ValueTask<SpfMatch> MatchExchangersAsync(
        SpfMechanism.Exchangers exchangers, string domain, CancellationToken cancellationToken)
    {
        if (await targets.FindAsync(exchangers.Target, domain, cancellationToken) is not { } target)
            return SpfMatch.No;
        var answer = await dns.LookUpAsync(target, DnsRecordType.Mx, cancellationToken);
        var weight = Weigh(target, DnsRecordType.Mx, answer);
        if (weight != SpfMatch.Yes)
            return weight;
        var hosts = answer.Records.OfType<DnsRecord.Mx>().Where(record => record.Exchange != ".")
            .OrderBy(record => record.Preference).ToArray();
        // The addresses don't depend on each other, so they are looked up at the same time, and judged in the order of preference (§5.4).
        var lookUps = hosts.Take(options.MostExchangers)
            .Select(host => dns.BeginAsync(host.Exchange, client.RecordType)).ToArray();
        var addresses = hosts.Length == 0;
        for (var index = 0; index < lookUps.Length; index++)
        {
            var found = await lookUps[index];
            if (found.IsTemporary)
                return Fail(SpfMatch.Temporary, Describe(hosts[index].Exchange, client.RecordType, found));
            addresses |= found.Status == DnsStatus.Success;
            if (IsAmong(found, exchangers.Prefixes))
                return SpfMatch.Yes;
        }
        if (hosts.Length > options.MostExchangers)
            return Fail(SpfMatch.Permanent, $"{target} has more than {options.MostExchangers} mail exchangers");
        return addresses || CountVoid() ? SpfMatch.No : SpfMatch.Permanent;
    }

    private async ValueTask<SpfMatch> MatchClientNameAsync(
        SpfMechanism.ClientName name, string domain, CancellationToken cancellationToken)
    {
        if (await targets.FindAsync(name.Target, domain, cancellationToken) is not { } target)
            return SpfMatch.No;
        // A void look-up does not count here: the owner of the client's address, not the domain, would turn fail into permerror.
        foreach (var confirmed in await names.ConfirmAsync(cancellationToken))
        {
            if (SpfClientNames.IsInside(confirmed, target))
                return SpfMatch.Yes;
        }
        return SpfMatch.No;
    }

    /// <summary>Yes: there are records. Counts void look-ups (RFC 7208 §4.6.4).</summary>
    private SpfMatch Weigh(string name, DnsRecordType type, DnsAnswer answer)
    {
        if (answer.IsTemporary)
            return Fail(SpfMatch.Temporary, Describe(name, type, answer));
        if (answer.Status == DnsStatus.Success)
            return SpfMatch.Yes;
        return CountVoid() ? SpfMatch.No : SpfMatch.Permanent;
    }

    private bool IsAmong(DnsAnswer answer, SpfPrefixes prefixes)
    {
        foreach (var record in answer.Records)
        {
            if (record is DnsRecord.Address address && client.Matches(address.Ip, prefixes.Ipv4, prefixes.Ipv6))
                return true;
        }
        return false;
    }

    private bool CountTerm() => ++_terms <= options.MostTerms || Complain($"more than {options.MostTerms} terms that need the DNS");

    private bool CountVoid() => ++_voids <= options.MostVoidTerms || Complain($"more than {options.MostVoidTerms} terms found no records");

    private bool Complain(string problem)
    {
        _problem = problem;
        return false;
    }

    private SpfMatch Fail(SpfMatch match, string problem)
    {
        _problem = problem;
        return match;
    }

    private static string Describe(string name, DnsRecordType type, DnsAnswer answer) =>
        $"{type.Text()} of {name}: {answer.Detail ?? "no answer"}";
}
