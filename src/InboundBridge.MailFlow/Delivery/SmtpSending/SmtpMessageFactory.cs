using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>
/// Turns a delivery into the message of the SMTP client, for relays and LMTP: envelope, DSN parameters (RFC 3461) and octets.
/// </summary>
internal static class SmtpMessageFactory
{
    public static SmtpClientMessage Create(DeliveryAttempt attempt, MailContent outgoing)
    {
        var envelope = attempt.Message.Envelope;
        return new SmtpClientMessage
        {
            Sender = envelope.Sender,
            Recipients = [.. attempt.Delivery.Recipients.Select(recipient => Recipient(recipient, envelope))],
            Content = new SpooledContent(outgoing),
            Body = envelope.Body.Equals("BINARYMIME", StringComparison.OrdinalIgnoreCase)
                ? SmtpBodyType.BinaryMime
                : SmtpBodyType.EightBitMime,
            SmtpUtf8 = envelope.SmtpUtf8,
            Return = envelope.DsnReturn switch { "FULL" => DsnReturn.Full, "HDRS" => DsnReturn.Headers, _ => DsnReturn.Unspecified },
            EnvelopeId = envelope.DsnEnvelopeId,
            RequireTls = envelope.RequireTls,
        };
    }

    private static SmtpClientRecipient Recipient(MailRecipient recipient, MailEnvelope envelope)
    {
        var said = envelope.Recipients.FirstOrDefault(each => each.Address == recipient.Original);
        // RFC 3461 §5.2.3: ORCPT keeps the address that the sender gave when we rewrite it.
        var original = said?.OriginalRecipient ?? (recipient.Address == recipient.Original ? null : $"rfc822;{recipient.Original}");
        return new SmtpClientRecipient(recipient.Address, (DsnNotify)(said?.Notify ?? RecipientNotify.Unspecified), original);
    }
}
