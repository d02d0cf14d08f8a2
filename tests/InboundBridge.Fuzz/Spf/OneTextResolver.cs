using System.Net;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.Fuzz.Spf;

/// <summary>Every name has the same text, and addresses, exchangers and host names by its length; some names have nothing.</summary>
internal sealed class OneTextResolver(string text) : IDnsResolver
{
    public int Questions { get; private set; }

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        Questions++;
        var there = DnsName.IsName(name) && name.Length % 7 != 0;
        IReadOnlyList<DnsRecord> records = !there ? [] : type switch
        {
            DnsRecordType.Txt => [new DnsRecord.Txt(name, 60, text)],
            DnsRecordType.A => [new DnsRecord.Address(name, type, 60, new IPAddress([192, 0, 2, (byte)(name.Length % 3)]))],
            DnsRecordType.Mx => [.. Enumerable.Range(0, name.Length % 13)
                .Select(host => new DnsRecord.Mx(name, 60, host, $"m{host}.{name}"))],
            DnsRecordType.Ptr =>
                [.. Enumerable.Range(0, 12).Select(host => new DnsRecord.Target(name, type, 60, $"h{new string('x', host)}.example.net"))],
            _ => [],
        };
        var status = records.Count > 0 ? DnsStatus.Success : there ? DnsStatus.NoData : DnsStatus.NoSuchName;
        return ValueTask.FromResult(new DnsAnswer(status, records, name, Authenticated: false));
    }
}
