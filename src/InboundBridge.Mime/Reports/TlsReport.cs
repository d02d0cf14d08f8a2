namespace InboundBridge.Mime.Reports;

/// <summary>An SMTP TLS report (RFC 8460).</summary>
public sealed record TlsReport(
    string? Organization,
    string? Contact,
    string? ReportId,
    DateTimeOffset? Begin,
    DateTimeOffset? End,
    IReadOnlyList<TlsReportPolicy> Policies) : MailReport("tlsrpt");

/// <param name="PolicyType"><c>sts</c>, <c>tlsa</c> or <c>no-policy-found</c>.</param>
public sealed record TlsReportPolicy(
    string? PolicyType,
    IReadOnlyList<string> PolicyString,
    string? PolicyDomain,
    IReadOnlyList<string> MxHosts,
    long Successful,
    long Failed,
    IReadOnlyList<TlsReportFailure> Failures);

public sealed record TlsReportFailure(
    string? ResultType,
    string? SendingMtaIp,
    string? ReceivingMxHostname,
    string? ReceivingMxHelo,
    string? ReceivingIp,
    long FailedSessions,
    string? AdditionalInformation,
    string? FailureReasonCode);
