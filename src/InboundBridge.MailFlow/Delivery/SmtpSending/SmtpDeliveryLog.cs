using InboundBridge.Smtp.Client;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>Events of connections. The queue logs the events of mails.</summary>
internal static partial class SmtpDeliveryLog
{
    [LoggerMessage(4101, LogLevel.Debug, "{Destination}: connected to {Server}, TLS {Encrypted}")]
    public static partial void Connected(this ILogger log, string destination, SmtpEndpoint server, bool encrypted);

    [LoggerMessage(4103, LogLevel.Warning,
        "{Destination}: mail for {Domain} leads to a private address, and is not sent there unless allow_private_addresses is set",
        EventName = "private_address_refused")]
    public static partial void PrivateAddress(this ILogger log, string destination, string domain);

    /// <summary>Once an attempt. The domains are those of our keys; nothing of the mail is written.</summary>
    [LoggerMessage(4104, LogLevel.Information,
        "{MessageId}: leaves by {Destination} without the DKIM signature of {Domains}: {Reason}",
        EventName = "signature_omitted")]
    public static partial void SignatureOmitted(this ILogger log, string messageId, string destination, string domains, string reason);

    [LoggerMessage(4102, LogLevel.Warning, "{Destination}: TLS with {Server} failed although it is offered; mail goes without")]
    public static partial void TlsFellBack(this ILogger log, string destination, SmtpEndpoint server);
}
