using InboundBridge.MailFlow.SenderAuthentication.Domains;

namespace InboundBridge.MailFlow.SenderAuthentication.Arc;

/// <summary>Which sealers are believed (<c>authentication.arc.trusted_sealers</c>).</summary>
internal sealed class TrustedSealers
{
    private const string Below = "*.";

    private readonly HashSet<string> _exact = new(StringComparer.Ordinal);
    private readonly List<string> _below = [];

    /// <param name="entries"><c>example.com</c>, or <c>*.example.com</c> for the names below it.</param>
    public TrustedSealers(IEnumerable<string> entries)
    {
        foreach (var entry in entries)
        {
            var isBelow = entry.StartsWith(Below, StringComparison.Ordinal);
            if (DomainName.Canonical(isBelow ? entry[Below.Length..] : entry) is not { } domain)
                continue;
            if (isBelow)
                _below.Add(domain);
            else
                _exact.Add(domain);
        }
    }

    /// <param name="domain">Canonical.</param>
    public bool Contains(string domain) =>
        _exact.Contains(domain)
            || _below.Exists(above => domain.Length > above.Length && DomainName.IsAtOrBelow(domain, above));
}
