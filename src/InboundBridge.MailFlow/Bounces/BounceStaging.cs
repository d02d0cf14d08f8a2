using System.Text;
using InboundBridge.MailFlow.Bounces.Writing;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>Puts a bounce into the spool, ready to be committed: a mail with the null reverse-path and one delivery.</summary>
internal sealed class BounceStaging(IMailSpool spool, MessageIdSource ids)
{
    /// <summary>The caller commits the mail or disposes of it.</summary>
    public async ValueTask<NewMail> StageAsync(
        BounceContent bounce, MailCause cause, WrittenMail written, string via, CancellationToken cancellationToken)
    {
        var staged = spool.Stage(bounce.Id);
        try
        {
            await staged.WriteAsync(written.Octets, cancellationToken);
            await staged.SealAsync(cancellationToken);
            var message = new SpooledMessage
            {
                Id = bounce.Id,
                ReceivedAt = bounce.Now,
                Envelope = EnvelopeOf(bounce, written.Octets),
                Size = written.Octets.Length,
                Sha256 = staged.Sha256,
                ConfigVersion = bounce.Message.ConfigVersion,
                Subject = written.Subject,
                Cause = cause,
            };
            return new NewMail(staged, message, [DeliveryOf(bounce, via)]);
        }
        catch
        {
            await staged.DisposeAsync();
            throw;
        }
    }

    /// <summary>RFC 3461 §6.1: nobody is told of the fate of a report.</summary>
    private static MailEnvelope EnvelopeOf(BounceContent bounce, byte[] octets) => new()
    {
        Sender = string.Empty,
        Recipients = [new MailRecipient(bounce.Message.Envelope.Sender) { Notify = RecipientNotify.Never }],
        SmtpUtf8 = bounce.IsInternational,
        Body = Ascii.IsValid(octets) ? "7BIT" : "8BITMIME",
    };

    private SpooledDelivery DeliveryOf(BounceContent bounce, string via) => new()
    {
        Id = ids.Next(),
        MessageId = bounce.Id,
        Destination = via,
        Recipients = [new MailRecipient(bounce.Message.Envelope.Sender)],
        CreatedAt = bounce.Now,
        NextAttemptAt = bounce.Now,
    };
}
