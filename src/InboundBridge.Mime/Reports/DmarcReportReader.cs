using System.Globalization;
using System.Text;
using System.Xml;
using InboundBridge.Mime.Charsets;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Reports;

/// <summary>Reads a DMARC aggregate report while it is unpacked: any namespace or none, old drafts, unknown elements.</summary>
internal sealed class DmarcReportReader(ProblemList problems)
{
    private const int MostRows = 10_000;

    /// <summary>Octets of memory of a record besides its texts: itself and its three lists.</summary>
    private const int RowOctets = 256;

    /// <summary>Octets of memory of a result or a reason besides its texts.</summary>
    private const int ResultOctets = 64;

    private readonly ReportAllowance _allowance = new();

    public static ReadOnlySpan<byte> Start => "<feedback"u8;

    /// <summary>
    /// Declared encodings are often wrong, so the octets decide. What some senders put
    /// before the report (a schema, never closed) is dropped.
    /// </summary>
    /// <exception cref="UnpackLimitException">A cap is exceeded.</exception>
    public static DmarcReport? Read(PeekStream content, ProblemList problems)
    {
        var start = content.Peek(PeekStream.Most).IndexOf(Start);
        if (start > 0)
            content.Skip(start);
        try
        {
            using var text = new XmlTextGuard(new StreamReader(content, Windows1252Fallback.Utf8, detectEncodingFromByteOrderMarks: true));
            return new DmarcReportReader(problems).Read(text);
        }
        catch (XmlException)
        {
            problems.Add("a DMARC report is not well-formed XML");
            return null;
        }
    }

    private DmarcReport? Read(TextReader text)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CheckCharacters = false,
            NameTable = new XmlNames(),
        };
        using var reader = XmlReader.Create(text, settings);
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "feedback")
            return null;
        var empty = new XmlNode("");
        var (metadata, policy, version) = (empty, empty, (string?)null);
        var rows = new List<DmarcReportRow>();
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            if (rows.Count == MostRows || _allowance.IsSpent)
            {
                problems.Add($"a DMARC report has more than {rows.Count} records or more text than is kept; the rest was not read");
                break;
            }
            var node = XmlNode.Read(reader, problems);
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
                case "record":
                    rows.Add(Row(node));
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

    private DmarcReportRow Row(XmlNode record)
    {
        _allowance.Take(RowOctets);
        var empty = new XmlNode("");
        var row = record.Child("row") ?? empty;
        var evaluated = row.Child("policy_evaluated") ?? empty;
        var identifiers = record.Child("identifiers") ?? empty;
        var results = record.Child("auth_results") ?? empty;
        _ = long.TryParse(row.Value("count"), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        return new DmarcReportRow(
            _allowance.Keep(row.Value("source_ip")),
            count,
            _allowance.Keep(evaluated.Word("disposition")),
            _allowance.Keep(evaluated.Word("dkim")),
            _allowance.Keep(evaluated.Word("spf")),
            [.. evaluated.All("reason").Where(reason => reason.Children.Count > 0).Select(Reason)],
            _allowance.Keep(identifiers.Value("header_from")),
            _allowance.Keep(identifiers.Value("envelope_from")),
            _allowance.Keep(identifiers.Value("envelope_to")),
            [.. results.All("dkim").Select(Result)],
            [.. results.All("spf").Select(Result)]);
    }

    private DmarcOverride Reason(XmlNode node)
    {
        _allowance.Take(ResultOctets);
        return new DmarcOverride(_allowance.Keep(node.Word("type")), _allowance.Keep(node.Value("comment")));
    }

    private DmarcAuthResult Result(XmlNode node)
    {
        _allowance.Take(ResultOctets);
        return new DmarcAuthResult(
            _allowance.Keep(node.Value("domain")),
            _allowance.Keep(node.Word("result")),
            _allowance.Keep(node.Value("selector")),
            _allowance.Keep(node.Word("scope")),
            _allowance.Keep(node.Value("human_result")));
    }

    private static DateTimeOffset? Instant(string? seconds)
    {
        if (long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return value is >= 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
        return DateTimeOffset.TryParse(seconds, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
    }
}
