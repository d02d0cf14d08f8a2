using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>
/// Begins the look-ups of a record's later terms while an earlier one waits for the DNS. A check then takes as long as the longest chain of
/// look-ups that depend on each other, instead of their sum. Does nothing where answers are known, and changes no result.
/// </summary>
internal sealed class SpfLookAhead(SpfLookUps dns, SpfRecordCache records, SpfClient client, SpfTargets targets)
{
    /// <param name="next">The first mechanism that is not being judged yet.</param>
    public void Begin(SpfRecord record, int next, string domain)
    {
        for (; next < record.Mechanisms.Count; next++)
        {
            switch (record.Mechanisms[next])
            {
                // Nothing behind a match is asked.
                case SpfMechanism.All:
                case SpfMechanism.Network network when client.IsIn(network.Range):
                    return;
                case SpfMechanism.Include include:
                    _ = FollowAsync(targets.FindNow(include.Target, domain));
                    break;
                case SpfMechanism.Exchangers exchangers:
                    _ = FollowExchangersAsync(targets.FindNow(exchangers.Target, domain));
                    break;
                case SpfMechanism.Address address:
                    Begin(targets.FindNow(address.Target, domain), client.RecordType);
                    break;
                case SpfMechanism.Exists exists:
                    Begin(targets.FindNow(exists.Target, domain), DnsRecordType.A);
                    break;
                case SpfMechanism.ClientName:
                    Begin(DnsName.Reverse(client.Address), DnsRecordType.Ptr);
                    break;
            }
        }
        if (record.Redirect is not null)
            _ = FollowAsync(targets.FindNow(record.Redirect, domain));
    }

    private async Task FollowAsync(string? domain)
    {
        if (await AnswerAsync(domain, DnsRecordType.Txt) is { } answer && records.Select(answer) is { Problem: null } record)
            Begin(record, 0, domain!);
    }

    private async Task FollowExchangersAsync(string? domain)
    {
        if (await AnswerAsync(domain, DnsRecordType.Mx) is not { } answer)
            return;
        foreach (var record in answer.Records)
        {
            if (record is DnsRecord.Mx { Exchange: not "." } mx)
                Begin(mx.Exchange, client.RecordType);
        }
    }

    /// <summary>Null when the look-up was not begun, or the check has ended.</summary>
    private async ValueTask<DnsAnswer?> AnswerAsync(string? name, DnsRecordType type)
    {
        if (name is null || !dns.TryBegin(name, type, out var asking))
            return null;
        try
        {
            return await asking;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Begin(string? name, DnsRecordType type)
    {
        if (name is not null)
            dns.TryBegin(name, type, out _);
    }
}
