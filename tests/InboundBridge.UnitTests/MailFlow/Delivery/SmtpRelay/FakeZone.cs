using System.Net;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

/// <summary>A zone with the test's own names. Every other name does not exist.</summary>
internal sealed class FakeZone : IDnsResolver
{
    private readonly List<DnsRecord> _records = [];
    private readonly HashSet<string> _broken = [];

    public FakeZone Mx(string name, int preference, string host) => Add(new DnsRecord.Mx(name, 60, preference, host));

    public FakeZone Address(string name, string ip) =>
        Add(new DnsRecord.Address(
            name, ip.Contains(':', StringComparison.Ordinal) ? DnsRecordType.Aaaa : DnsRecordType.A, 60, IPAddress.Parse(ip)));

    public FakeZone Broken(string name)
    {
        _broken.Add(name);
        return this;
    }

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var there = _records.FindAll(record => record.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var right = there.FindAll(record => record.Type == type);
        var status = _broken.Contains(name)
            ? DnsStatus.Failure : right.Count > 0 ? DnsStatus.Success : there.Count > 0 ? DnsStatus.NoData : DnsStatus.NoSuchName;
        return ValueTask.FromResult(new DnsAnswer(status, status == DnsStatus.Success ? right : [], name, false));
    }

    private FakeZone Add(DnsRecord record)
    {
        _records.Add(record);
        return this;
    }
}
