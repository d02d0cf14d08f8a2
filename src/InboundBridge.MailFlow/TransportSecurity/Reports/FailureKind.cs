namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>Failures that are counted together.</summary>
/// <param name="Result">The word of RFC 8460 §4.3.</param>
/// <param name="Address">Of the mail exchanger; empty when none was connected to.</param>
internal readonly record struct FailureKind(string Result, string Host, string Address);
