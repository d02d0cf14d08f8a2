using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <summary>The DNS look-ups of the DMARC check of one author domain. Each name is asked once. Not for concurrent use.</summary>
/// <param name="policies">For the author domain: nothing else that the mail names takes time or turns of it.</param>
/// <param name="identifiers">For the walks of domains that SPF or DKIM authenticated.</param>
internal sealed class DmarcLookUps(string author, IDnsResolver policies, IDnsResolver identifiers, CancellationToken cancellationToken)
{
    /// <summary>
    /// A name of more labels is cut to this many after the first look-up, so that a walk takes at most 8 (RFC 9989 §4.10).
    /// </summary>
    private const int MostLabels = 7;

    private readonly List<(string Domain, ValueTask<DnsAnswer> Answer)> _asked = [];

    /// <summary>
    /// Asks for the records of all names of a walk at once, because names above may count even if those below have records. A record with
    /// <c>psd</c> makes some of the answers needless, but the others come sooner.
    /// </summary>
    public void Begin(string domain)
    {
        for (string? name = domain; name is not null; name = Above(name))
            IndexOf(name, domain);
    }

    /// <summary>
    /// The record at the domain itself; null without one, and when its look-up failed. Begins the whole walk, and waits for its first
    /// answer alone.
    /// </summary>
    public async ValueTask<DmarcRecord?> OwnAsync(string domain)
    {
        Begin(domain);
        var walk = new DmarcWalk(domain);
        walk.Take(domain, await _asked[IndexOf(domain, domain)].Answer);
        return walk.OfStart;
    }

    /// <summary>The DNS tree walk of RFC 9989 §4.10.</summary>
    public async ValueTask<DmarcWalk> WalkAsync(string domain)
    {
        Begin(domain);
        var walk = new DmarcWalk(domain);
        for (string? name = domain; name is not null; name = Above(name))
        {
            walk.Take(name, await _asked[IndexOf(name, domain)].Answer);
            if (walk.IsComplete)
                break;
        }
        return walk;
    }

    /// <summary>
    /// Whether a domain exists: only NXDOMAIN says that it does not (RFC 9989 §3.2.13). Null when the DNS did not answer.
    /// </summary>
    public async ValueTask<bool?> ExistsAsync(string domain)
    {
        // A name with names below it exists.
        if ((await _asked[IndexOf(domain, domain)].Answer).Status is DnsStatus.Success or DnsStatus.NoData)
            return true;
        var answer = await Resolver(domain).LookUpAsync(domain, DnsRecordType.A, cancellationToken);
        return answer.IsTemporary ? null : answer.Status != DnsStatus.NoSuchName;
    }

    private static string? Above(string name)
    {
        var labels = name.AsSpan().Count('.') + 1;
        var drop = labels > MostLabels ? labels - MostLabels : 1;
        if (drop >= labels)
            return null;
        var from = 0;
        while (drop-- > 0)
            from = name.IndexOf('.', from) + 1;
        return name[from..];
    }

    private IDnsResolver Resolver(string start) => string.Equals(start, author, StringComparison.Ordinal) ? policies : identifiers;

    /// <summary>The place of a domain's look-up, which is begun if it was not before.</summary>
    /// <param name="start">Where the walk begins.</param>
    private int IndexOf(string domain, string start)
    {
        for (var index = 0; index < _asked.Count; index++)
        {
            if (string.Equals(_asked[index].Domain, domain, StringComparison.Ordinal))
                return index;
        }
        _asked.Add((domain, Resolver(start).LookUpAsync("_dmarc." + domain, DnsRecordType.Txt, cancellationToken).Preserve()));
        return _asked.Count - 1;
    }
}
