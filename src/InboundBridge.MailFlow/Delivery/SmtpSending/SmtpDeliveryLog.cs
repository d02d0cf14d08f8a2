using InboundBridge.Smtp.Client;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>Events of connections. The queue logs the events of mails.</summary>
internal static partial class SmtpDeliveryLog
{
    [LoggerMessage(4101, LogLevel.Debug, "{Destination}: connected to {Server}, TLS {Encrypted}")]
    public static partial void Connected(this ILogger log, string destination, SmtpEndpoint server, bool encrypted);

    [LoggerMessage(4103, LogLevel.Warning,
        "mail for a domain leads to a private address, and is not sent there unless allow_private_addresses is set "
        + "destination={Destination} domain={Domain}",
        EventName = "private_address_refused")]
    public static partial void PrivateAddress(this ILogger log, string destination, string domain);

    /// <summary>Once an attempt. The domains are those of our keys; nothing of the mail is written.</summary>
    [LoggerMessage(4104, LogLevel.Information,
        "mail leaves without a DKIM signature message={Id} destination={Destination} domains={Domains}: {Reason}",
        EventName = "signature_omitted")]
    public static partial void SignatureOmitted(this ILogger log, string id, string destination, string domains, string reason);

    [LoggerMessage(4102, LogLevel.Warning,
        "TLS failed although the server offers it; mail goes without destination={Destination} server={Server}")]
    public static partial void TlsFellBack(this ILogger log, string destination, SmtpEndpoint server);
}
