using System.Globalization;
using System.Xml;
using InboundBridge.Mime.Charsets;

namespace InboundBridge.Mime.Reports;

/// <summary>Reads a DMARC aggregate report: any namespace or none, old drafts, unknown elements.</summary>
internal static class DmarcReportReader
{
    private const int MostRows = 10_000;

    public static DmarcReport? Read(byte[] octets, ProblemList problems)
    {
        try
        {
            return Read(new StringReader(Text(octets)), problems);
        }
        catch (XmlException)
        {
            problems.Add("a DMARC report is not well-formed XML");
            return null;
        }
    }

    /// <summary>Declared encodings are often wrong, so the octets decide; what some put in front of the report (a schema, never closed) is dropped.</summary>
    private static string Text(byte[] octets)
    {
        var text = CharsetText.Decode(octets, "utf-8", null);
        var start = text.IndexOf("<feedback", StringComparison.Ordinal);
        return start < 0 ? text.TrimStart('\uFEFF', ' ', '\r', '\n', '\t') : text[start..];
    }

    private static DmarcReport? Read(TextReader text, ProblemList problems)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CheckCharacters = false,
        };
        using var reader = XmlReader.Create(text, settings);
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "feedback")
            return null;
        var empty = new XmlNode("");
        var (metadata, policy, version) = (empty, empty, (string?)null);
        var rows = new List<DmarcReportRow>();
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement)
                break;
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            var node = XmlNode.Read(reader);
            switch (node.Name)
            {
                case "version":
                    version = node.Text;
                    break;
                case "report_metadata":
                    metadata = node;
                    break;
                case "policy_published":
                    policy = node;
                    break;
                case "record" when rows.Count < MostRows:
                    rows.Add(Row(node));
                    break;
                case "record":
                    problems.Add($"a DMARC report has more than {MostRows} records; the rest was not read");
                    break;
            }
        }
        return Build(version, metadata, policy, rows);
    }

    private static DmarcReport Build(string? version, XmlNode metadata, XmlNode policy, List<DmarcReportRow> rows)
    {
        var range = metadata.Child("date_range");
        return new DmarcReport(
            version,
            metadata.Value("org_name"),
            metadata.Value("email"),
            metadata.Value("extra_contact_info"),
            metadata.Value("report_id"),
            Instant(range?.Value("begin")),
            Instant(range?.Value("end")),
            [.. metadata.All("error").Select(error => error.Text).OfType<string>()],
            new DmarcPublishedPolicy(
                policy.Value("domain"),
                policy.Word("p"),
                policy.Word("sp"),
                policy.Word("np"),
                policy.Word("adkim"),
                policy.Word("aspf"),
                policy.Value("pct"),
                policy.Value("fo"),
                policy.Word("testing")),
            rows);
    }

    private static DmarcReportRow Row(XmlNode record)
    {
        var empty = new XmlNode("");
        var row = record.Child("row") ?? empty;
        var evaluated = row.Child("policy_evaluated") ?? empty;
        var identifiers = record.Child("identifiers") ?? empty;
        var results = record.Child("auth_results") ?? empty;
        _ = long.TryParse(row.Value("count"), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        return new DmarcReportRow(
            row.Value("source_ip"),
            count,
            evaluated.Word("disposition"),
            evaluated.Word("dkim"),
            evaluated.Word("spf"),
            [.. evaluated.All("reason").Where(reason => reason.Children.Count > 0).Select(reason => new DmarcOverride(reason.Word("type"), reason.Value("comment")))],
            identifiers.Value("header_from"),
            identifiers.Value("envelope_from"),
            identifiers.Value("envelope_to"),
            [.. results.All("dkim").Select(Result)],
            [.. results.All("spf").Select(Result)]);
    }

    private static DmarcAuthResult Result(XmlNode node) =>
        new(node.Value("domain"), node.Word("result"), node.Value("selector"), node.Word("scope"), node.Value("human_result"));

    private static DateTimeOffset? Instant(string? seconds)
    {
        if (long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return value is >= 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
        return DateTimeOffset.TryParse(seconds, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
    }
}
