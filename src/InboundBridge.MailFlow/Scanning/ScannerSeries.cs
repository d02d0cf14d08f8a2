using Prometheus;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>The series of one scanner.</summary>
internal sealed record ScannerSeries(IObserver Seconds, Counter.Child Unavailable);
