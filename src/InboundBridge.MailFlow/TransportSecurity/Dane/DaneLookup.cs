using System.Globalization;
using System.Security.Cryptography;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.TransportSecurity.Dane;

/// <summary>Finds the TLSA records of a mail exchanger (RFC 7672 §2.2).</summary>
internal sealed class DaneLookup(IDnsResolver dns, int port)
{
    /// <summary>Records that are compared with a certificate. Our choice: domains have a few.</summary>
    private const int MostRecords = 64;

    private const int Sha256 = 1;
    private const int Sha512 = 2;

    /// <param name="host">The name in the MX record, whose address look-ups were validated.</param>
    /// <param name="canonical">The name at the end of the host's chain of aliases; the host itself without one.</param>
    /// <param name="domain">The domain that mail is for.</param>
    public async ValueTask<DaneFinding> FindAsync(string host, string canonical, string domain, CancellationToken cancellationToken)
    {
        // RFC 7672 §2.2.2: the records of the name that the alias leads to come first.
        if (!canonical.Equals(host, StringComparison.OrdinalIgnoreCase)
            && await AskAsync(canonical, host, domain, cancellationToken) is not DaneFinding.Absent and var expanded)
            return expanded;
        return await AskAsync(host, host, domain, cancellationToken);
    }

    private async ValueTask<DaneFinding> AskAsync(string owner, string host, string domain, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"_{port}._tcp.{owner}");
        var answer = await dns.LookUpAsync(name, DnsRecordType.Tlsa, cancellationToken);
        if (answer.IsTemporary)
            return new DaneFinding.Unknown($"the TLSA records of {owner} could not be looked up: {answer.Detail}");
        if (answer.Status != DnsStatus.Success || !answer.Authenticated)
            return new DaneFinding.Absent();
        var usable = Usable(answer.Records.OfType<DnsRecord.Tlsa>());
        if (usable.Count == 0)
            return new DaneFinding.Unusable();
        // RFC 7672 §3.2.2: the TLSA base domain, the host as MX names it, and the domain that mail is for.
        string[] names = [.. new[] { owner, host, domain }.Distinct(StringComparer.OrdinalIgnoreCase)];
        return new DaneFinding.Usable(new DaneTerms(usable, names));
    }

    /// <summary>
    /// Usages 0 and 1 need authorities that a mail server can't know (RFC 7672 §3.1.3). Of several digests of the same usage and selector
    /// the strongest counts (RFC 7671 §9).
    /// </summary>
    private static List<DaneRecord> Usable(IEnumerable<DnsRecord.Tlsa> records)
    {
        var usable = records.Where(IsUsable).Take(MostRecords)
            .Select(record => new DaneRecord(record.Usage == 2, record.Selector == 1, record.Matching, record.Data)).ToList();
        usable.RemoveAll(record => record.Matching == Sha256 && usable.Exists(other =>
            other.Matching == Sha512 && other.IsAuthority == record.IsAuthority && other.IsKey == record.IsKey));
        return usable;
    }

    private static bool IsUsable(DnsRecord.Tlsa record) => record.Usage is 2 or 3 && record.Selector is 0 or 1 && record.Matching switch
    {
        0 => record.Data.Length > 0,
        Sha256 => record.Data.Length == SHA256.HashSizeInBytes,
        Sha512 => record.Data.Length == SHA512.HashSizeInBytes,
        _ => false,
    };
}
