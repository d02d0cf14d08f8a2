using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>What the operator must know about scanners: mail that passed without having been scanned.</summary>
public sealed partial class ScannerLog(ILogger<ScannerLog> logger)
{
    [LoggerMessage(EventId = 1021, EventName = "scanner_unavailable", Level = LogLevel.Warning,
        Message = "passed without a scan {Id} scanner={Scanner}: {Problem}")]
    internal partial void PassedUnscanned(string id, string scanner, string problem);
}
