using System.Globalization;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.Smtp.Client;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// Says who demands the protection that a host does not give, for operators: the SMTP client knows only that it is demanded.
/// </summary>
internal static class DemandText
{
    /// <summary>TLSA records that are shown. Few hosts have more.</summary>
    private const int MostRecords = 3;

    /// <param name="result">Of a session that was tried; changed where TLS kept it from being opened.</param>
    public static SmtpSendResult Explain(SmtpSendResult result, string domain, string host, int port, HostPolicy policy)
    {
        if (result.Stage != SmtpSendStage.Connect || !SmtpTlsReason.Is(result.Replies[0].Reason)
            || Of(domain, host, port, policy) is not { } who)
            return result;
        return result with { Replies = [.. result.Replies.Select(reply => reply with { Text = $"{reply.Text}. {who}" })] };
    }

    private static string? Of(string domain, string host, int port, HostPolicy policy) => policy switch
    {
        { Dane: { } terms } => string.Create(
            CultureInfo.InvariantCulture,
            $"DANE demands TLS with a certificate that a TLSA record names; _{port}._tcp.{terms.ServerName} has ")
            + string.Join(", ", terms.Records.Take(MostRecords)) + (terms.Records.Count > MostRecords ? " and others" : ""),
        { Source: PolicySource.Dane } => string.Create(
            CultureInfo.InvariantCulture, $"DANE demands TLS: _{port}._tcp.{host} has TLSA records, though none that can be used"),
        { Source: PolicySource.MtaSts, Demand: ChannelDemand.Authenticated } =>
            $"The MTA-STS policy of {domain} demands TLS with a valid certificate",
        { Source: PolicySource.RequireTls } => "The sender demands TLS with a valid certificate (REQUIRETLS)",
        _ => null,
    };
}
