using System.Globalization;
using System.Text;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>A report as a mail (RFC 8460 §5.3). Everything in it is ASCII: domains and addresses were checked before.</summary>
internal static class TlsReportMail
{
    private const int Base64Line = 76;

    /// <param name="packed">The report as JSON, packed by gzip.</param>
    public static byte[] Write(DomainTally tally, TlsReportTerms terms, string to, string id, byte[] packed, DateTimeOffset now)
    {
        var boundary = $"=_{id.Split('@')[0]}";
        var mail = new StringBuilder();
        Field("From", terms.From);
        Field("To", to);
        Field("Date", now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Field("Subject", $"Report Domain: {tally.Domain}\r\n Submitter: {terms.Organization}\r\n Report-ID: <{id}>");
        Field("Message-ID", $"<{id}>");
        Field("TLS-Report-Domain", tally.Domain);
        Field("TLS-Report-Submitter", terms.Organization);
        // RFC 8689 §4.1: the report about a broken policy must not be held up by that policy.
        Field("TLS-Required", "No");
        Field("Auto-Submitted", "auto-generated");
        Field("MIME-Version", "1.0");
        Field("Content-Type", $"multipart/report; report-type=\"tlsrpt\";\r\n boundary=\"{boundary}\"");
        mail.Append("\r\n--").Append(boundary).Append("\r\n");
        Field("Content-Type", "text/plain; charset=us-ascii");
        mail.Append("\r\nThis is an aggregate TLS report (RFC 8460) from ").Append(terms.Organization).Append("\r\nabout mail for ")
            .Append(tally.Domain).Append(".\r\n\r\n--").Append(boundary).Append("\r\n");
        Field("Content-Type", "application/tlsrpt+gzip");
        Field("Content-Transfer-Encoding", "base64");
        Field("Content-Disposition", $"attachment;\r\n filename=\"{FileName(tally, terms)}\"");
        mail.Append("\r\n");
        var encoded = Convert.ToBase64String(packed);
        for (var at = 0; at < encoded.Length; at += Base64Line)
            mail.Append(encoded.AsSpan(at, Math.Min(Base64Line, encoded.Length - at))).Append("\r\n");
        mail.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.ASCII.GetBytes(mail.ToString());

        void Field(string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    /// <summary>RFC 8460 §5.1.</summary>
    private static string FileName(DomainTally tally, TlsReportTerms terms) => string.Create(
        CultureInfo.InvariantCulture,
        $"{terms.Organization}!{tally.Domain}!{tally.Begin.ToUnixTimeSeconds()}!{tally.End.ToUnixTimeSeconds() - 1}.json.gz");
}
