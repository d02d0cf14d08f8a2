namespace InboundBridge.Mime.Reports;

/// <summary>A report that a machine wrote about mail.</summary>
/// <param name="Type"><c>dsn</c>, <c>mdn</c>, <c>arf</c>, <c>dmarc</c> or <c>tlsrpt</c>.</param>
public abstract record MailReport(string Type);

/// <summary>A delivery status notification (RFC 3464).</summary>
public sealed record DeliveryReport(
    string? ReportingMta,
    string? OriginalEnvelopeId,
    DateTimeOffset? ArrivalDate,
    string? OriginalMessageId,
    string? OriginalSubject,
    IReadOnlyList<DeliveryReportRecipient> Recipients) : MailReport("dsn");

/// <param name="Action">Lower case: <c>failed delayed delivered relayed expanded</c>.</param>
/// <param name="Status">Enhanced status code, such as <c>5.2.2</c>.</param>
public sealed record DeliveryReportRecipient(
    string? FinalRecipient,
    string? OriginalRecipient,
    string? Action,
    string? Status,
    string? RemoteMta,
    string? DiagnosticCode,
    DateTimeOffset? LastAttempt,
    DateTimeOffset? WillRetryUntil);

/// <summary>A message disposition notification (RFC 8098), the "read receipt".</summary>
/// <param name="Disposition">As written, such as <c>manual-action/MDN-sent-manually; displayed</c>.</param>
public sealed record DispositionReport(
    string? ReportingUserAgent,
    string? FinalRecipient,
    string? OriginalRecipient,
    string? OriginalMessageId,
    string? Disposition) : MailReport("mdn");

/// <summary>An abuse or authentication failure report (RFC 5965, RFC 6591).</summary>
/// <param name="FeedbackType">Lower case, such as <c>abuse</c> or <c>auth-failure</c>.</param>
/// <param name="OriginalHeaders">Header of the reported mail, as the report carries it.</param>
public sealed record AbuseReport(
    string? FeedbackType,
    string? UserAgent,
    string? Version,
    DateTimeOffset? ArrivalDate,
    string? SourceIp,
    int? SourcePort,
    int Incidents,
    string? OriginalMailFrom,
    IReadOnlyList<string> OriginalRcptTo,
    string? OriginalEnvelopeId,
    string? ReportingMta,
    IReadOnlyList<string> ReportedDomains,
    IReadOnlyList<string> ReportedUris,
    IReadOnlyList<string> AuthenticationResults,
    string? AuthFailure,
    string? DeliveryResult,
    string? IdentityAlignment,
    string? DkimDomain,
    string? DkimIdentity,
    string? DkimSelector,
    string? OriginalHeaders) : MailReport("arf");
