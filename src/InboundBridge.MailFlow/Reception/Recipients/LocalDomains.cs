namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>The domains we accept mail for (configuration <c>domains</c>): names, and <c>*.name</c> for everything below a name but not the name itself.</summary>
public sealed class LocalDomains
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _parents = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool _everything;

    /// <param name="domains">Lower case A-labels; not empty.</param>
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

    /// <summary>The first plain name: where <c>&lt;postmaster&gt;</c> without a domain lives. Null when there are patterns only.</summary>
    public string? First { get; }

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
