namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>Sends a packed report to an https address (RFC 8460 §5.4). Throws only when cancelled.</summary>
/// <returns>Null, or what went wrong.</returns>
internal delegate ValueTask<string?> TlsReportPost(Uri address, byte[] packed, CancellationToken cancellationToken);
