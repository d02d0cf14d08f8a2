using InboundBridge.Mime.Reading;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Reports;

/// <summary>Finds the report in a mail: as fields of a multipart/report, or as an attached file.</summary>
public static class MailReports
{
    /// <summary>Most attachments searched: a mail with a report has one file, perhaps with a note beside it.</summary>
    private const int MostFiles = 4;

    internal static MailReport? Of(MimePart root, ProblemList problems) =>
        MultipartReports.Read(root, problems) ?? FromFiles(root, problems);

    /// <summary>Whether the mail may hold a report: reading one costs more memory than the mail's size suggests.</summary>
    internal static bool MayHoldReport(MimePart root)
    {
        foreach (var part in root.Leaves)
        {
            if (part.ContentType.Type == "message" || (root.Leaves.Length <= MostFiles && MayBeReport(part)))
                return true;
        }
        return false;
    }

    /// <summary>Reads the file as a DMARC report (XML, gzip or zip); null where it is none.</summary>
    public static DmarcReport? ReadDmarc(Stream stream) =>
        ReadFile(stream, new UnpackAllowance(), new ProblemList(), DmarcReportReader.Read);

    /// <summary>Reads the file as a TLS report (JSON or gzip); null where it is none.</summary>
    public static TlsReport? ReadTls(Stream stream) => ReadFile(stream, new UnpackAllowance(), new ProblemList(), TlsReportReader.Read);

    private static MailReport? FromFiles(MimePart root, ProblemList problems)
    {
        if (root.Leaves.Length > MostFiles)
            return null;
        var allowance = new UnpackAllowance();
        foreach (var part in root.Leaves)
        {
            if (MayBeReport(part) && ReadFile(part.OpenContent(), allowance, problems, Read) is { } report)
                return report;
        }
        return null;
    }

    private static T? ReadFile<T>(Stream stream, UnpackAllowance allowance, ProblemList problems, Func<PeekStream, ProblemList, T?> read)
        where T : MailReport
    {
        try
        {
            using var content = ReportFile.Open(stream, allowance);
            return read(content, problems);
        }
        catch (InvalidDataException)
        {
            problems.Add("a packed report is damaged");
        }
        catch (UnpackLimitException limit)
        {
            problems.Add(limit.Message);
        }
        return null;
    }

    private static MailReport? Read(PeekStream content, ProblemList problems)
    {
        var start =
            content.Peek(PeekStream.Most).TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\r', (byte)'\n', (byte)'\t']);
        if (start.IsEmpty)
            return null;
        if (start[0] == '{')
            return TlsReportReader.Read(content, problems);
        return start.IndexOf(DmarcReportReader.Start) >= 0 ? DmarcReportReader.Read(content, problems) : null;
    }

    private static bool MayBeReport(MimePart part) => !part.IsMultipart && !part.IsTextBody && (MayBeTls(part) || MayBeDmarc(part));

    private static bool MayBeTls(MimePart part) =>
        part.ContentType.Subtype.StartsWith("tlsrpt", StringComparison.Ordinal) || HasEnding(part, ".json", ".json.gz");

    private static bool MayBeDmarc(MimePart part) =>
        part.ContentType.Subtype is "gzip" or "x-gzip" or "zip" or "x-zip" or "x-zip-compressed" or "xml" or "dmarc+xml"
            || HasEnding(part, ".xml", ".xml.gz", ".gz", ".zip");

    private static bool HasEnding(MimePart part, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (part.DeclaredFileName?.EndsWith(ending, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }
        return false;
    }
}
