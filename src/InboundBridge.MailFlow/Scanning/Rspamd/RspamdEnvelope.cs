using System.Net;
using System.Net.Http.Headers;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Scanning.Rspamd;

/// <summary>
/// The envelope as rspamd reads it from the request's header. What is unknown is left out. Values come from peers, so each is kept on its
/// line and cut.
/// </summary>
internal static class RspamdEnvelope
{
    public static void Write(HttpRequestHeaders headers, ScannedMail mail)
    {
        var envelope = mail.Envelope;
        Add(headers, "Queue-Id", mail.Id);
        headers.TryAddWithoutValidation("From", InBrackets(envelope.Sender));
        headers.TryAddWithoutValidation("Rcpt", Recipients(envelope.Recipients));
        // An address that is no IP address (of a unix socket) would be an error to rspamd.
        if (IPAddress.TryParse(envelope.ClientIp, out var client))
            Add(headers, "IP", client.IsIPv4MappedToIPv6 ? client.MapToIPv4().ToString() : client.ToString());
        Add(headers, "Helo", envelope.Helo);
        Add(headers, "Hostname", envelope.ClientName);
        Add(headers, "User", envelope.User);
        Add(headers, "MTA-Name", mail.Hostname);
        Add(headers, "TLS-Version", envelope.TlsVersion);
        Add(headers, "TLS-Cipher", envelope.TlsCipher);
    }

    /// <summary>One field with commas: rspamd reads it like several fields.</summary>
    private static string Recipients(IReadOnlyList<MailRecipient> recipients) =>
        string.Join(",", recipients.Take(RspamdLimits.MostRecipients).Select(recipient => InBrackets(recipient.Address)));

    /// <summary>A quoted local part may contain what ends an address or begins the next one.</summary>
    private static string InBrackets(string address) =>
        $"<{ScannerText.OneLine(address, RspamdLimits.LongestValue).Replace('<', '?').Replace('>', '?').Replace(',', '?')}>";

    private static void Add(HttpRequestHeaders headers, string name, string? value)
    {
        if (value is { Length: > 0 })
            headers.TryAddWithoutValidation(name, ScannerText.OneLine(value, RspamdLimits.LongestValue));
    }
}
