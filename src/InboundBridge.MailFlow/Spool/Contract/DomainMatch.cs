namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>A mail domain, with or without everything below it.</summary>
/// <param name="Domain">Compared without regard to case.</param>
public sealed record DomainMatch(string Domain, bool WithSubdomains)
{
    public bool Matches(string address)
    {
        var domain = address.AsSpan(address.LastIndexOf('@') + 1);
        if (domain.Equals(Domain, StringComparison.OrdinalIgnoreCase))
            return true;
        return WithSubdomains && domain.EndsWith(Domain, StringComparison.OrdinalIgnoreCase) && domain.Length > Domain.Length
            && domain[^(Domain.Length + 1)] == '.';
    }
}
