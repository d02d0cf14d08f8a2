namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>What happened with the mail exchangers of one domain in the time of one report. Not safe for concurrent use.</summary>
internal sealed class DomainTally(TlsReportScope scope)
{
    /// <summary>Versions of a domain's policies in one report. Our choice.</summary>
    private const int MostPolicies = 20;

    private static readonly PublishedPolicy Nothing = new([], []);

    private readonly List<PolicyTally> _policies = [];

    public TlsReportScope Scope => scope;

    public string Domain => scope.Domain;

    public DateTimeOffset Begin => scope.Begin;

    public DateTimeOffset End => scope.End;

    public IReadOnlyList<PolicyTally> Policies => _policies;

    /// <summary>Something was added since it was written to the spool.</summary>
    public bool IsDirty { get; set; }

    public void Add(SessionResult result)
    {
        var type = result.Policy.Source switch
        {
            PolicySource.MtaSts => "sts",
            PolicySource.Dane => "tlsa",
            _ => "no-policy-found",
        };
        if (Find(type, result.Policy.Published ?? Nothing) is not { } tally)
            return;
        IsDirty = true;
        tally.Add(result.Failure is null ? 1 : 0, result.Failure is null ? 0 : 1);
        if (result.Failure is { } failure)
            tally.Count(new FailureKind(failure.Word(), result.Host, result.Address?.ToString() ?? string.Empty), 1);
    }

    /// <summary>Null when there are too many already.</summary>
    public PolicyTally? Find(string type, PublishedPolicy published)
    {
        var tally = _policies.Find(each => each.Is(type, published));
        if (tally is null && _policies.Count < MostPolicies)
            _policies.Add(tally = new PolicyTally(type, published));
        return tally;
    }

    /// <summary>One tally for each policy.</summary>
    public IEnumerable<DomainTally> Split()
    {
        foreach (var policy in _policies)
        {
            var alone = new DomainTally(scope);
            alone._policies.Add(policy);
            yield return alone;
        }
    }
}
