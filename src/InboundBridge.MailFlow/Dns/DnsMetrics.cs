using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// <c>dns_lookups_total</c> by type and outcome: success, no_data, no_such_name, failure, timeout, cached, abandoned (nobody waited for the
/// answer any more), cut (a client asked for more than its share).
/// </summary>
public sealed class DnsMetrics(MetricRegistry registry)
{
    private readonly CounterSeries _lookups = registry.Counter("dns_lookups_total", "Names looked up", "type", "outcome");

    private readonly Counter.Child?[] _cached = new Counter.Child?[256];

    internal void Count(DnsRecordType type, DnsStatus status) => Series(type, status switch
    {
        DnsStatus.Success => "success",
        DnsStatus.NoData => "no_data",
        DnsStatus.NoSuchName => "no_such_name",
        DnsStatus.Timeout => "timeout",
        _ => "failure",
    }).Inc();

    internal void CountAbandoned(DnsRecordType type) => Series(type, "abandoned").Inc();

    internal void CountCut(DnsRecordType type) => Series(type, "cut").Inc();

    /// <summary>Answers from memory are many; all others have waited for a server.</summary>
    internal void CountCached(DnsRecordType type) => (_cached[(int)type & 0xff] ??= Series(type, "cached")).Inc();

    private Counter.Child Series(DnsRecordType type, string outcome) => _lookups.With(type.Text(), outcome);
}
