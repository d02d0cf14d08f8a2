using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Reports;

/// <summary>Finds the report in a mail: as fields of a multipart/report, or as an attached file.</summary>
public static class MailReports
{
    /// <summary>A report's mail has one file, perhaps with a note beside it; others are not searched.</summary>
    private const int MostFiles = 4;

    internal static MailReport? Of(MimePart root, ProblemList problems) => MultipartReports.Read(root, problems) ?? FromFiles(root, problems);

    /// <summary>A DMARC report as file (XML, gzip or zip); null where it is none.</summary>
    public static DmarcReport? ReadDmarc(Stream stream) =>
        ReportFile.Unpack(stream, new ProblemList()) is { } octets ? DmarcReportReader.Read(octets, new ProblemList()) : null;

    /// <summary>A TLS report as file (JSON or gzip); null where it is none.</summary>
    public static TlsReport? ReadTls(Stream stream) =>
        ReportFile.Unpack(stream, new ProblemList()) is { } octets ? TlsReportReader.Read(octets, new ProblemList()) : null;

    private static MailReport? FromFiles(MimePart root, ProblemList problems)
    {
        if (root.Leaves.Length > MostFiles)
            return null;
        foreach (var part in root.Leaves)
        {
            if (!part.IsMultipart && !part.IsTextBody && FromFile(part, problems) is { } report)
                return report;
        }
        return null;
    }

    private static MailReport? FromFile(MimePart part, ProblemList problems)
    {
        var isTls = part.ContentType.Subtype.StartsWith("tlsrpt", StringComparison.Ordinal) || HasEnding(part, ".json", ".json.gz");
        if (!isTls && !MayBeDmarc(part))
            return null;
        using var content = part.OpenContent();
        if (ReportFile.Unpack(content, problems) is not { } octets)
            return null;
        var start = octets.AsSpan().TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\r', (byte)'\n', (byte)'\t']);
        if (start.IsEmpty)
            return null;
        if (start[0] == '{')
            return TlsReportReader.Read(octets, problems);
        return start[..Math.Min(start.Length, 4096)].IndexOf("<feedback"u8) >= 0 ? DmarcReportReader.Read(octets, problems) : null;
    }

    private static bool MayBeDmarc(MimePart part) =>
        part.ContentType.Subtype is "gzip" or "x-gzip" or "zip" or "x-zip" or "x-zip-compressed" or "xml" or "dmarc+xml" || HasEnding(part, ".xml", ".xml.gz", ".gz", ".zip");

    private static bool HasEnding(MimePart part, params string[] endings) =>
        part.DeclaredFileName is { } name && endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
