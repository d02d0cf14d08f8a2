using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>What a DNS tree walk found (RFC 9989 §4.10), from the longest name to the shortest.</summary>
/// <param name="start">The domain where the walk begins.</param>
internal sealed class DmarcWalk(string start)
{
    private readonly List<(string Domain, DmarcRecord Record)> _found = [];

    /// <summary>A look-up that could matter failed. Names above it were not looked at.</summary>
    public string? Failure { get; private set; }

    /// <summary>Something was published that does not count; for people. Null: nothing.</summary>
    public string? Discarded { get; private set; }

    public bool IsComplete { get; private set; }

    public bool IsEmpty => _found.Count == 0;

    /// <summary>The record at the start, which applies whatever stands above it.</summary>
    public DmarcRecord? OfStart =>
        _found is [var (domain, record), ..] && string.Equals(domain, start, StringComparison.Ordinal) ? record : null;

    public void Take(string domain, DnsAnswer answer)
    {
        if (answer.IsTemporary)
        {
            Failure = $"the DNS did not answer for _dmarc.{domain}";
            IsComplete = true;
            return;
        }
        DmarcRecord? only = null;
        foreach (var text in answer.Texts)
        {
            if (DmarcRecord.Read(text) is not { } record)
                continue;
            if (only is not null)
            {
                // Several records at a name are all discarded; the walk goes on (RFC 9989 §4.10, steps 2 and 6).
                Discarded ??= $"_dmarc.{domain} has several records";
                return;
            }
            only = record;
        }
        if (only is null)
            return;
        _found.Add((domain, only));
        IsComplete = only.PublicSuffix != 'u';
    }

    /// <summary>The organizational domain (RFC 9989 §4.10.2). Means nothing after a <see cref="Failure"/>.</summary>
    public string Organization
    {
        get
        {
            foreach (var (domain, record) in _found)
            {
                if (record.PublicSuffix == 'n')
                    return domain;
                if (record.PublicSuffix == 'y' && !string.Equals(domain, start, StringComparison.Ordinal))
                    return OneLabelBelow(domain);
            }
            return IsEmpty ? start : _found[^1].Domain;
        }
    }

    /// <summary>
    /// The record that applies: of the start, else of its organizational domain, else of its public suffix (RFC 9989 §4.10.1).
    /// </summary>
    public (string Domain, DmarcRecord Record)? Applicable
    {
        get
        {
            if (OfStart is { } own)
                return (start, own);
            var organization = Organization;
            foreach (var found in _found)
            {
                if (string.Equals(found.Domain, organization, StringComparison.Ordinal))
                    return found;
            }
            return IsEmpty ? null : _found[^1];
        }
    }

    private string OneLabelBelow(string suffix)
    {
        var dot = start.LastIndexOf('.', start.Length - suffix.Length - 2);
        return start[(dot + 1)..];
    }
}
