namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>Who reports, and about which time.</summary>
/// <param name="Organization">Our host name.</param>
/// <param name="From">The reports' sender and contact.</param>
/// <param name="Interval">The time that a report covers.</param>
public sealed record TlsReportTerms(string Organization, string From, TimeSpan Interval);
