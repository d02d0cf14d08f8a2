namespace InboundBridge.MailFlow.Domains;

/// <summary>
/// The domains that we accept mail for (configuration <c>domains</c>): names, and <c>*.name</c> for all subdomains of a name without the
/// name itself.
/// </summary>
public sealed class LocalDomains
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _parents = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool _everything;

    /// <param name="domains">At least one, in lower case with A-labels.</param>
    public LocalDomains(IReadOnlyList<string> domains)
    {
        foreach (var domain in domains)
        {
            if (domain == "*")
                _everything = true;
            else if (domain.StartsWith("*.", StringComparison.Ordinal))
                _parents.Add(domain[2..]);
            else
                _names.Add(domain);
        }
        First = domains.FirstOrDefault(domain => !domain.StartsWith('*'));
    }

    /// <summary>
    /// The first name, which is the domain of <c>&lt;postmaster&gt;</c> without a domain. Null when there are only patterns.
    /// </summary>
    public string? First { get; }

    public bool IsEmpty => !_everything && _names.Count == 0 && _parents.Count == 0;

    public bool Contains(string domain)
    {
        if (_everything || _names.Contains(domain))
            return true;
        if (_parents.Count == 0)
            return false;
        for (var dot = domain.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.IndexOf('.', dot + 1))
        {
            if (_parents.Contains(domain[(dot + 1)..]))
                return true;
        }
        return false;
    }
}
