using InboundBridge.Mime.Reports;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Message;

/// <summary>What a machine's report says, for people. Everything in it comes from strangers, and is bounded here.</summary>
internal static class ReportLines
{
    /// <summary>Rows of a report that are shown; the native payload has all of them.</summary>
    private const int Most = 200;

    public static IEnumerable<(string Name, string Value)> Of(MailReport report) =>
        Pairs(report).Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => (pair.Name, pair.Value!));

    public static string TitleOf(MailReport report) => report switch
    {
        DeliveryReport => "Delivery report (DSN)",
        DispositionReport => "Read receipt (MDN)",
        AbuseReport => "Abuse report (ARF)",
        DmarcReport => "DMARC report",
        TlsReport => "TLS report",
        _ => $"Report ({report.Type})",
    };

    /// <summary>Null for reports without rows.</summary>
    public static ReportTable? TableOf(MailReport report) => report switch
    {
        DeliveryReport dsn => Table(
            ["Recipient", "Action", "Status", "Remote MTA", "Diagnostic"],
            dsn.Recipients.Select(each => Row(
                each.FinalRecipient ?? each.OriginalRecipient, each.Action, each.Status, each.RemoteMta, each.DiagnosticCode))),
        DmarcReport dmarc => Table(
            ["Source", "Messages", "From", "Disposition", "DKIM", "SPF"],
            dmarc.Rows.Select(each => Row(
                each.SourceIp, NumberText.Count(each.Count), each.HeaderFrom, each.Disposition, each.Dkim, each.Spf))),
        TlsReport tls => Table(
            ["Policy", "Domain", "Succeeded", "Failed"],
            tls.Policies.Select(each => Row(
                each.PolicyType, each.PolicyDomain, NumberText.Count(each.Successful), NumberText.Count(each.Failed)))),
        _ => null,
    };

    private static IEnumerable<(string Name, string? Value)> Pairs(MailReport report) => report switch
    {
        DeliveryReport dsn =>
        [
            ("Reporting MTA", dsn.ReportingMta), ("Arrived", Time(dsn.ArrivalDate)), ("Original message", dsn.OriginalMessageId),
            ("Original subject", dsn.OriginalSubject),
        ],
        DispositionReport mdn =>
        [
            ("Recipient", mdn.FinalRecipient ?? mdn.OriginalRecipient), ("Disposition", mdn.Disposition),
            ("Original message", mdn.OriginalMessageId), ("Program", mdn.ReportingUserAgent),
        ],
        AbuseReport arf =>
        [
            ("Feedback", arf.FeedbackType), ("Source", arf.SourceIp), ("Original sender", arf.OriginalMailFrom),
            ("Original recipients", string.Join(", ", arf.OriginalRcptTo.Take(Most))), ("Arrived", Time(arf.ArrivalDate)),
            ("Domains", string.Join(", ", arf.ReportedDomains.Take(Most))), ("Authentication failure", arf.AuthFailure),
            ("Program", arf.UserAgent),
        ],
        DmarcReport dmarc =>
        [
            ("From", dmarc.Organization), ("Domain", dmarc.Policy.Domain), ("Policy", dmarc.Policy.P), ("Report", dmarc.ReportId),
            ("Begin", Time(dmarc.Begin)), ("End", Time(dmarc.End)),
        ],
        TlsReport tls =>
        [
            ("From", tls.Organization), ("Contact", tls.Contact), ("Report", tls.ReportId), ("Begin", Time(tls.Begin)),
            ("End", Time(tls.End)),
        ],
        _ => [],
    };

    private static ReportTable Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string?>> rows) =>
        new(headings, [.. rows.Take(Most)]);

    private static string?[] Row(params string?[] cells) => cells;

    private static string? Time(DateTimeOffset? at) => at is { } known ? AgoText.Exact(known) : null;
}
