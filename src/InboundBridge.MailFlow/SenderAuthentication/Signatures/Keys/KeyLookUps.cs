using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>The look-ups of one mail's keys: all at the same time, each name once.</summary>
internal sealed class KeyLookUps(IDnsResolver resolver, CancellationToken cancellationToken)
{
    private readonly List<KeyLookUp> _started = [];

    /// <param name="selector">In A-labels, like the domain.</param>
    public KeyLookUp Start(string selector, string domain)
    {
        var name = $"{selector}._domainkey.{domain}";
        foreach (var lookUp in _started)
        {
            if (string.Equals(lookUp.Name, name, StringComparison.Ordinal))
                return lookUp;
        }
        var started = KeyLookUp.Start(name, resolver, cancellationToken);
        _started.Add(started);
        return started;
    }
}
