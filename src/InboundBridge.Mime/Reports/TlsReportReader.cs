using System.Globalization;
using System.Text.Json;

namespace InboundBridge.Mime.Reports;

/// <summary>Reads an SMTP TLS report (RFC 8460 §4).</summary>
internal static class TlsReportReader
{
    private const int MostPolicies = 1000;
    private const int MostFailures = 10_000;

    public static TlsReport? Read(byte[] octets, ProblemList problems)
    {
        try
        {
            var text = octets.AsMemory(octets is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0);
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 32 });
            return Report(document.RootElement);
        }
        catch (JsonException)
        {
            problems.Add("a TLS report is not valid JSON");
            return null;
        }
    }

    private static TlsReport? Report(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || (!root.TryGetProperty("policies", out _) && !root.TryGetProperty("organization-name", out _)))
            return null;
        var range = Member(root, "date-range");
        return new TlsReport(
            Text(root, "organization-name"),
            Text(root, "contact-info"),
            Text(root, "report-id"),
            Instant(Text(range, "start-datetime")),
            Instant(Text(range, "end-datetime")),
            [.. Items(Member(root, "policies")).Take(MostPolicies).Select(Policy)]);
    }

    private static TlsReportPolicy Policy(JsonElement item)
    {
        var policy = Member(item, "policy");
        var summary = Member(item, "summary");
        return new TlsReportPolicy(
            Text(policy, "policy-type"),
            Texts(Member(policy, "policy-string")),
            Text(policy, "policy-domain"),
            Texts(Member(policy, "mx-host")),
            Count(summary, "total-successful-session-count"),
            Count(summary, "total-failure-session-count"),
            [.. Items(Member(item, "failure-details")).Take(MostFailures).Select(Failure)]);
    }

    private static TlsReportFailure Failure(JsonElement item) => new(
        Text(item, "result-type"),
        Text(item, "sending-mta-ip"),
        Text(item, "receiving-mx-hostname"),
        Text(item, "receiving-mx-helo"),
        Text(item, "receiving-ip"),
        Count(item, "failed-session-count"),
        Text(item, "additional-information") ?? Text(item, "additional-info-uri"),
        Text(item, "failure-reason-code") ?? Text(item, "failure-error-code"));

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;

    /// <summary>RFC 8460 has arrays; one text alone is seen too.</summary>
    private static IReadOnlyList<string> Texts(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? [element.GetString()!]
        : [.. Items(element).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    private static long Count(JsonElement element, string name)
    {
        var member = Member(element, name);
        if (member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number))
            return number;
        return member.ValueKind == JsonValueKind.String && long.TryParse(member.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number) ? number : 0;
    }

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
