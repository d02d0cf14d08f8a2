namespace InboundBridge.Mime.Reports;

/// <summary>
/// A DMARC aggregate report (RFC 7489 appendix C, RFC 9990). Words such as policies and results are lower case, as written.
/// </summary>
public sealed record DmarcReport(
    string? Version,
    string? Organization,
    string? Email,
    string? ExtraContact,
    string? ReportId,
    DateTimeOffset? Begin,
    DateTimeOffset? End,
    IReadOnlyList<string> Errors,
    DmarcPublishedPolicy Policy,
    IReadOnlyList<DmarcReportRow> Rows) : MailReport("dmarc");

public sealed record DmarcPublishedPolicy(
    string? Domain,
    string? P,
    string? Sp,
    string? Np,
    string? Adkim,
    string? Aspf,
    string? Pct,
    string? Fo,
    string? Testing);

public sealed record DmarcReportRow(
    string? SourceIp,
    long Count,
    string? Disposition,
    string? Dkim,
    string? Spf,
    IReadOnlyList<DmarcOverride> Reasons,
    string? HeaderFrom,
    string? EnvelopeFrom,
    string? EnvelopeTo,
    IReadOnlyList<DmarcAuthResult> DkimResults,
    IReadOnlyList<DmarcAuthResult> SpfResults);

/// <summary>Why the receiver did not apply the policy.</summary>
public sealed record DmarcOverride(string? Type, string? Comment);

/// <param name="Selector">DKIM only.</param>
/// <param name="Scope">SPF only: <c>mfrom</c> or <c>helo</c>.</param>
public sealed record DmarcAuthResult(string? Domain, string? Result, string? Selector, string? Scope, string? HumanResult);
