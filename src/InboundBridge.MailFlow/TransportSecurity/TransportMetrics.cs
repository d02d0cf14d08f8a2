using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>
/// <c>relay_tls_sessions_total</c> by policy (none, mta_sts, mta_sts_testing, dane, requiretls) and outcome: verified, encrypted, plain, or
/// the failure's word by RFC 8460 §4.3.
/// </summary>
public sealed class TransportMetrics(MetricRegistry registry)
{
    private readonly CounterSeries _sessions = registry.Counter(
        "relay_tls_sessions_total", "Sessions with mail exchangers, by the policy that applied and how it went", "policy", "outcome");

    internal void Count(string policy, string outcome) => Series(policy, outcome).Inc();

    private Counter.Child Series(string policy, string outcome) => _sessions.With(policy, outcome);
}
