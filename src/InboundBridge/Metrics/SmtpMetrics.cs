using System.Collections.Concurrent;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Metrics;

/// <summary>The metrics of the SMTP and LMTP servers.</summary>
internal sealed class SmtpMetrics(MetricRegistry registry) : SmtpServerMetrics
{
    private readonly ConcurrentDictionary<string, SmtpListenerSeries> _listeners = new(StringComparer.Ordinal);

    private readonly SmtpFamilies _families = new(registry);

    public override SmtpListenerMetrics ForListener(string listener) =>
        _listeners.GetOrAdd(listener, static (name, families) => new SmtpListenerSeries(name, families), _families);
}
