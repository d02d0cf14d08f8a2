using System.Globalization;
using System.Text.Json;
using InboundBridge.Mime.Reports;

namespace InboundBridge.UnitTests.Mime.Suites;

/// <summary>The facts of a public report's JSON beside ours, as pairs of texts (expected, read) with a name.</summary>
internal static class ReportExpectations
{
    public static IEnumerable<(string Name, string Expected, string Read)> Of(JsonElement json, MailReport? report) => report switch
    {
        DeliveryReport delivery => Delivery(json, delivery),
        AbuseReport abuse => Abuse(json, abuse),
        DmarcReport dmarc => Dmarc(json, dmarc),
        TlsReport tls => Tls(json, tls),
        _ => [("report", "a report", "none")],
    };

    private static IEnumerable<(string, string, string)> Delivery(JsonElement json, DeliveryReport report)
    {
        yield return ("reporting_mta", Text(json, "reporting_mta"), report.ReportingMta ?? "");
        yield return ("original_envelope_id", Text(json, "original_envelope_id"), report.OriginalEnvelopeId ?? "");
        yield return (
            "arrival_date", Instant(DateTimeOffset.Parse(Text(json, "arrival_date"), CultureInfo.InvariantCulture)),
            Instant(report.ArrivalDate));
        yield return ("original_message_id", Text(json, "original_message_id").Trim('<', '>'), report.OriginalMessageId ?? "");
        foreach (var (item, recipient) in json.GetProperty("recipients").EnumerateArray().Zip(report.Recipients))
        {
            yield return ("final_recipient", Text(item, "final_recipient"), recipient.FinalRecipient ?? "");
            yield return ("original_recipient", Text(item, "original_recipient"), recipient.OriginalRecipient ?? "");
            yield return ("action", Text(item, "action"), recipient.Action ?? "");
            yield return ("status", Text(item, "status"), recipient.Status ?? "");
            yield return ("remote_mta", Text(item, "remote_mta"), recipient.RemoteMta ?? "");
            yield return ("diagnostic_code", Text(item, "diagnostic_code"), recipient.DiagnosticCode ?? "");
        }
        yield return (
            "recipients", json.GetProperty("recipients").GetArrayLength().ToString(CultureInfo.InvariantCulture),
            report.Recipients.Count.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<(string, string, string)> Abuse(JsonElement json, AbuseReport report)
    {
        yield return ("feedback_type", Word(json, "feedback_type"), Letters(report.FeedbackType));
        yield return (
            "arrival_date", Seconds(json, "arrival_date"),
            report.ArrivalDate?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "");
        yield return (
            "authentication_results", Collapse(Texts(json, "authentication_results")),
            Collapse(string.Join(" | ", report.AuthenticationResults)));
        yield return ("incidents", Seconds(json, "incidents"), report.Incidents.ToString(CultureInfo.InvariantCulture));
        yield return ("original_envelope_id", Text(json, "original_envelope_id"), report.OriginalEnvelopeId ?? "");
        yield return ("original_mail_from", Text(json, "original_mail_from"), report.OriginalMailFrom ?? "");
        yield return ("original_rcpt_to", Text(json, "original_rcpt_to"), report.OriginalRcptTo.Count > 0 ? report.OriginalRcptTo[^1] : "");
        yield return ("reported_domain", Texts(json, "reported_domain"), string.Join(" | ", report.ReportedDomains));
        yield return ("reported_uri", Texts(json, "reported_uri"), string.Join(" | ", report.ReportedUris));
        yield return ("reporting_mta", Text(json, "reporting_mta"), report.ReportingMta ?? "");
        yield return ("source_ip", Text(json, "source_ip"), report.SourceIp ?? "");
        yield return ("user_agent", Text(json, "user_agent"), report.UserAgent ?? "");
        yield return ("auth_failure", Word(json, "auth_failure"), Letters(report.AuthFailure));
        yield return ("delivery_result", Word(json, "delivery_result"), Letters(report.DeliveryResult));
        yield return ("dkim_domain", Text(json, "dkim_domain"), report.DkimDomain ?? "");
        yield return ("dkim_identity", Text(json, "dkim_identity"), report.DkimIdentity ?? "");
        yield return ("dkim_selector", Text(json, "dkim_selector"), report.DkimSelector ?? "");
        if (json.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.String)
            yield return ("headers", Collapse(headers.GetString()!), Collapse(report.OriginalHeaders ?? ""));
    }

    private static IEnumerable<(string, string, string)> Dmarc(JsonElement json, DmarcReport report)
    {
        var metadata = json.GetProperty("report_metadata");
        yield return ("org_name", Text(metadata, "org_name"), report.Organization ?? "");
        yield return ("email", Text(metadata, "email"), report.Email ?? "");
        yield return ("extra_contact_info", Text(metadata, "extra_contact_info"), report.ExtraContact ?? "");
        yield return ("report_id", Text(metadata, "report_id"), report.ReportId ?? "");
        yield return (
            "begin", Seconds(metadata.GetProperty("date_range"), "begin"),
            report.Begin?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "");
        yield return (
            "end", Seconds(metadata.GetProperty("date_range"), "end"),
            report.End?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "");
        var policy = json.GetProperty("policy_published");
        yield return ("domain", Text(policy, "domain"), report.Policy.Domain ?? "");
        yield return ("adkim", Alignment(policy, "adkim"), report.Policy.Adkim ?? "");
        yield return ("aspf", Alignment(policy, "aspf"), report.Policy.Aspf ?? "");
        yield return ("p", Word(policy, "p"), Letters(report.Policy.P));
        yield return ("sp", Word(policy, "sp"), Letters(report.Policy.Sp));
        yield return ("fo", Text(policy, "fo"), report.Policy.Fo ?? "");
        var records = json.GetProperty("record");
        yield return (
            "record", records.GetArrayLength().ToString(CultureInfo.InvariantCulture),
            report.Rows.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var (record, row) in records.EnumerateArray().Zip(report.Rows))
        {
            foreach (var pair in Row(record, row))
                yield return pair;
        }
    }

    /// <summary>The source of the reports counts reasons of the older standard (sampled_out) as "other".</summary>
    private static IEnumerable<(string, string, string)> Row(JsonElement record, DmarcReportRow row)
    {
        var json = record.GetProperty("row");
        var evaluated = json.GetProperty("policy_evaluated");
        yield return ("source_ip", Text(json, "source_ip"), row.SourceIp ?? "");
        yield return ("count", Seconds(json, "count"), row.Count.ToString(CultureInfo.InvariantCulture));
        yield return ("disposition", Word(evaluated, "disposition"), Letters(row.Disposition));
        yield return ("dkim", Word(evaluated, "dkim"), Letters(row.Dkim));
        yield return ("spf", Word(evaluated, "spf"), Letters(row.Spf));
        yield return (
            "reason",
            Join(evaluated.GetProperty("reason").EnumerateArray().Select(reason => Word(reason, "type_") + " " + Text(reason, "comment"))),
            Join(row.Reasons.Select(reason => Letters(reason.Type is "sampled_out" ? "other" : reason.Type) + " " + reason.Comment)));
        var identifiers = record.GetProperty("identifiers");
        yield return ("header_from", Text(identifiers, "header_from"), row.HeaderFrom ?? "");
        yield return ("envelope_from", Text(identifiers, "envelope_from"), row.EnvelopeFrom ?? "");
        yield return ("envelope_to", Text(identifiers, "envelope_to"), row.EnvelopeTo ?? "");
        var results = record.GetProperty("auth_results");
        yield return (
            "dkim results",
            Join(results.GetProperty("dkim").EnumerateArray()
                .Select(result => $"{Text(result, "domain")} {Text(result, "selector")} {Word(result, "result")} "
                    + $"{Text(result, "human_result")}")),
            Join(row.DkimResults.Select(result => $"{result.Domain} {result.Selector} {Letters(result.Result)} {result.HumanResult}")));
        yield return (
            "spf results",
            Join(results.GetProperty("spf").EnumerateArray()
                .Select(result => $"{Text(result, "domain")} "
                    + $"{Word(result, "scope").Replace("mailfrom", "mfrom", StringComparison.Ordinal)} {Word(result, "result")}")),
            Join(row.SpfResults.Select(result => $"{result.Domain} {Letters(result.Scope)} {Letters(result.Result)}")));
    }

    private static IEnumerable<(string, string, string)> Tls(JsonElement json, TlsReport report)
    {
        yield return ("organization-name", Text(json, "organization-name"), report.Organization ?? "");
        yield return ("contact-info", Text(json, "contact-info"), report.Contact ?? "");
        yield return ("report-id", Text(json, "report-id"), report.ReportId ?? "");
        var range = json.GetProperty("date-range");
        yield return (
            "start", Instant(DateTimeOffset.Parse(Text(range, "start-datetime"), CultureInfo.InvariantCulture)), Instant(report.Begin));
        yield return ("end", Instant(DateTimeOffset.Parse(Text(range, "end-datetime"), CultureInfo.InvariantCulture)), Instant(report.End));
        foreach (var (item, policy) in json.GetProperty("policies").EnumerateArray().Zip(report.Policies))
        {
            var declared = item.GetProperty("policy");
            yield return ("policy-type", Text(declared, "policy-type"), policy.PolicyType ?? "");
            yield return ("policy-domain", Text(declared, "policy-domain"), policy.PolicyDomain ?? "");
            yield return ("policy-string", Texts(declared, "policy-string"), string.Join(" | ", policy.PolicyString));
            yield return ("mx-host", Texts(declared, "mx-host"), string.Join(" | ", policy.MxHosts));
            yield return (
                "successful", Seconds(item.GetProperty("summary"), "total-successful-session-count"),
                policy.Successful.ToString(CultureInfo.InvariantCulture));
            var failures = item.TryGetProperty("failure-details", out var details) ? details.EnumerateArray().ToList() : [];
            yield return (
                "failures",
                Join(failures.Select(
                    failure =>
                    $"{Text(failure, "result-type")} {Text(failure, "sending-mta-ip")} {Text(failure, "receiving-mx-hostname")} "
                    + $"{Text(failure, "receiving-ip")} {Seconds(failure, "failed-session-count")} "
                    + $"{Text(failure, "failure-reason-code")} {Text(failure, "additional-information")}")),
                Join(policy.Failures.Select(
                    failure =>
                    $"{failure.ResultType} {failure.SendingMtaIp} {failure.ReceivingMxHostname} {failure.ReceivingIp} "
                    + $"{failure.FailedSessions} {failure.FailureReasonCode} {failure.AdditionalInformation}")));
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Seconds(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";

    private static string Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? string.Join(" | ", value.EnumerateArray().Select(item => item.GetString())) : "";

    /// <summary>The source of the reports writes "AuthFailure" for list words, and "Unspecified" where there is none.</summary>
    private static string Word(JsonElement element, string name) =>
        Text(element, name) is var word && word == "Unspecified" ? "" : Letters(word);

    private static string Letters(string? word) => new([.. (word ?? "").Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]);

    private static string Alignment(JsonElement element, string name) => Word(element, name) is { Length: > 0 } word ? word[..1] : "";

    private static string Instant(DateTimeOffset? date) => date?.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) ?? "";

    private static string Join(IEnumerable<string> texts) => string.Join(" | ", texts);

    private static string Collapse(string text) =>
        string.Join(' ', text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
