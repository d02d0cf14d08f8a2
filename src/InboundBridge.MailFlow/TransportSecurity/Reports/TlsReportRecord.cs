using System.Buffers;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>The TXT record at <c>_smtp._tls.DOMAIN</c>, which says where a domain wants reports (RFC 8460 §3).</summary>
public static class TlsReportRecord
{
    private const string Version = "v=TLSRPTv1";

    /// <summary>Receivers of one report. Our choice: anybody can publish addresses of others.</summary>
    private const int MostReceivers = 2;

    /// <summary>Characters that mean something in header fields or commands (RFC 5322 §3.2.3, without the dot and the at sign).</summary>
    private static readonly SearchValues<char> Specials = SearchValues.Create("<>()[],;:\\\"");

    public static string NameFor(string domain) => $"_smtp._tls.{domain}";

    /// <summary>The first receivers, <c>mailto:</c> and <c>https:</c>; empty unless there is exactly one record, and it is valid.</summary>
    public static IReadOnlyList<Uri> ReceiversOf(DnsAnswer answer)
    {
        var records = answer.Texts.Where(IsOurs).ToArray();
        if (records.Length != 1)
            return [];
        var fields = records[0].Split(';').Select(field => field.Trim(' ', '\t'));
        if (fields.FirstOrDefault(field => field.StartsWith("rua=", StringComparison.Ordinal)) is not { } rua)
            return [];
        return
        [
            .. rua[4..].Split(',').Select(text => Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) ? uri : null)
                .OfType<Uri>().Where(uri => uri.Scheme is "mailto" or "https").Take(MostReceivers),
        ];
    }

    /// <summary>The address of a <c>mailto:</c>; null for what can't stand in a header field and in an envelope as it is.</summary>
    public static string? MailboxOf(Uri receiver)
    {
        var text = receiver.OriginalString["mailto:".Length..];
        var query = text.IndexOf('?', StringComparison.Ordinal);
        text = Uri.UnescapeDataString(query < 0 ? text : text[..query]);
        var at = text.LastIndexOf('@');
        return at > 0 && text.Length <= 254 && text.IndexOf('@', StringComparison.Ordinal) == at
            && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.AsSpan().ContainsAny(Specials)
            && DnsName.IsName(text.AsSpan(at + 1)) ? text : null;
    }

    private static bool IsOurs(string text) =>
        text.StartsWith(Version, StringComparison.Ordinal) && (text.Length == Version.Length || text[Version.Length] is ';' or ' ');
}
