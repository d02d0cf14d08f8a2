using InboundBridge.MailFlow.SenderAuthentication.Domains;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>
/// The look-ups of one mail's keys, each name once. They are planned while the header is read, and begun all at the same time, in an order
/// that keeps signatures of strangers from delaying those that can change what DMARC says.
/// </summary>
internal sealed class KeyLookUps(CancellationToken cancellationToken)
{
    private readonly List<KeyLookUp> _signers = [];
    private readonly List<KeyLookUp> _sealers = [];

    /// <param name="selector">In A-labels, like the domain.</param>
    public KeyLookUp Plan(string selector, string domain) => Plan(_signers, selector, domain);

    /// <summary>For an ARC set. Begun after all others.</summary>
    public KeyLookUp PlanSealer(string selector, string domain) => Plan(_sealers, selector, domain);

    public void Begin(KeyShares shares)
    {
        if (_signers.Count > 0)
            BeginSigners(shares);
        foreach (var sealer in _sealers)
            sealer.Begin(shares.Sealers, cancellationToken);
    }

    private KeyLookUp Plan(List<KeyLookUp> to, string selector, string domain)
    {
        var name = $"{selector}._domainkey.{domain}";
        if ((Find(_signers, name) ?? Find(_sealers, name)) is { } planned)
            return planned;
        var added = new KeyLookUp(name, domain);
        to.Add(added);
        return added;
    }

    private static KeyLookUp? Find(List<KeyLookUp> planned, string name)
    {
        foreach (var lookUp in planned)
        {
            if (string.Equals(lookUp.Name, name, StringComparison.Ordinal))
                return lookUp;
        }
        return null;
    }

    private void BeginSigners(KeyShares shares)
    {
        if (shares.Authors.Count == 0 || (_signers.Count == 1 && DomainName.Resembles(_signers[0].Domain, shares.Authors[0])))
        {
            foreach (var signer in _signers)
                signer.Begin(shares.Signers, cancellationToken);
            return;
        }
        var left = new List<KeyLookUp>(_signers);
        foreach (var signer in SignerOrder.Of(_signers, shares.Authors))
        {
            left.Remove(signer);
            signer.Begin(shares.Signers, cancellationToken);
        }
        foreach (var stranger in left)
            stranger.Begin(shares.Strangers, cancellationToken);
    }
}
