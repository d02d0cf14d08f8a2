namespace InboundBridge.MailFlow.Scanning;

/// <summary>Counts and logs scans.</summary>
public sealed record ScanObserver(ScannerMetrics Metrics, ScannerLog Log);
