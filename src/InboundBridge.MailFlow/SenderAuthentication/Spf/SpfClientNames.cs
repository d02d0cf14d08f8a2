using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>
/// The names of the client that its addresses confirm, for <c>ptr</c> and <c>%{p}</c> (RFC 7208 §5.5, §7.3). Looked up once in a check.
/// </summary>
internal sealed class SpfClientNames(SpfLookUps dns, SpfOptions options, SpfClient client, TimeProvider clock)
{
    /// <summary>Stands for the name where there is none (RFC 7208 §7.3).</summary>
    private const string Unknown = "unknown";

    private IReadOnlyList<string>? _confirmed;

    /// <summary>In the order of the answer. Errors of the DNS are no names.</summary>
    public async ValueTask<IReadOnlyList<string>> ConfirmAsync(CancellationToken cancellationToken)
    {
        if (_confirmed is not null)
            return _confirmed;
        using var limit = new CancellationTokenSource(options.ClientNamesTime, clock);
        await using var given = cancellationToken.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
        var confirmed = new List<string>();
        try
        {
            await AddConfirmedAsync(confirmed, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What is not confirmed by now is no name.
        }
        return _confirmed = confirmed;
    }

    private async ValueTask AddConfirmedAsync(List<string> confirmed, CancellationToken cancellationToken)
    {
        var names = await dns.LookUpAsync(DnsName.Reverse(client.Address), DnsRecordType.Ptr, cancellationToken);
        var hosts = names.Records.OfType<DnsRecord.Target>().Take(options.MostClientNames).Select(record => record.Host).ToArray();
        var lookUps = hosts.Select(host => dns.LookUpAsync(host, client.RecordType, cancellationToken).AsTask()).ToArray();
        // Each by itself, so that a silent server of one name does not hide another name.
        foreach (var found in await Task.WhenAll(lookUps.Select(FoundAsync)))
        {
            if (found is not null)
                confirmed.Add(found);
        }

        async Task<string?> FoundAsync(Task<DnsAnswer> asked, int index)
        {
            await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return asked.IsCompletedSuccessfully && asked.Result.Addresses.Any(
                address => client.Matches(address, SpfNetwork.Ipv4Length, SpfNetwork.Ipv6Length)) ? hosts[index] : null;
        }
    }

    /// <summary>The value of <c>%{p}</c>: the domain itself, else a name inside it, else any.</summary>
    public async ValueTask<string> ChooseAsync(string domain, CancellationToken cancellationToken)
    {
        var confirmed = await ConfirmAsync(cancellationToken);
        return confirmed.FirstOrDefault(name => name.Equals(domain, StringComparison.OrdinalIgnoreCase))
            ?? confirmed.FirstOrDefault(name => IsInside(name, domain))
            ?? (confirmed.Count > 0 ? confirmed[0] : Unknown);
    }

    /// <summary>The name is the domain or a subdomain of it.</summary>
    public static bool IsInside(string name, string domain) =>
        name.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
        && (name.Length == domain.Length || (domain.Length > 0 && name[^(domain.Length + 1)] == '.'));
}
