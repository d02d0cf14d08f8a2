using System.Diagnostics.Metrics;

namespace InboundBridge.MailFlow.Dns;

/// <summary><c>dns_lookups_total</c> by type and outcome: success, no_data, no_such_name, failure, timeout, cached.</summary>
internal static class DnsMetrics
{
    private static readonly Meter Meter = new("InboundBridge");
    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>("dns_lookups_total", description: "Names looked up.");

    public static void Count(DnsRecordType type, DnsStatus status) => Add(type, status switch
    {
        DnsStatus.Success => "success",
        DnsStatus.NoData => "no_data",
        DnsStatus.NoSuchName => "no_such_name",
        DnsStatus.Timeout => "timeout",
        _ => "failure",
    });

    public static void CountCached(DnsRecordType type) => Add(type, "cached");

    private static void Add(DnsRecordType type, string outcome) =>
        Lookups.Add(
            1,
            KeyValuePair.Create<string, object?>("type", type.ToString().ToUpperInvariant()),
            KeyValuePair.Create<string, object?>("outcome", outcome));
}
