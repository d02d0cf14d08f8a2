using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>MAIL: the wire's own limits, then the receiver.</summary>
internal static class MailHandler
{
    public static ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, MailCommand mail)
    {
        if (Refuse(context, mail) is { } refusal)
            return new ValueTask<SmtpAnswer>(refusal);
        ValueTask<SmtpReply> asked;
        try
        {
            asked = context.Receiver.MailAsync(mail, context.Abort);
        }
        catch (Exception error) when (context.IsFault(error))
        {
            return new ValueTask<SmtpAnswer>(Settle(context, mail, context.Fault(SmtpVerb.Mail, error)));
        }
        return asked.IsCompletedSuccessfully ? new ValueTask<SmtpAnswer>(Settle(context, mail, asked.Result)) : SettleAsync(context, mail, asked);
    }

    private static async ValueTask<SmtpAnswer> SettleAsync(SmtpSessionContext context, MailCommand mail, ValueTask<SmtpReply> asked)
    {
        SmtpReply reply;
        try
        {
            reply = await asked;
        }
        catch (Exception error) when (context.IsFault(error))
        {
            reply = context.Fault(SmtpVerb.Mail, error);
        }
        return Settle(context, mail, reply);
    }

    private static SmtpReply Settle(SmtpSessionContext context, MailCommand mail, SmtpReply reply)
    {
        if (reply.IsPositive)
        {
            context.Mail = mail;
            context.State = SmtpState.Mail;
            context.Transactions++;
        }
        return reply;
    }

    private static SmtpReply? Refuse(SmtpSessionContext context, MailCommand mail)
    {
        if (context.Listener.RequireAuthentication && context.Peer.User is null)
            return SmtpReplies.AuthenticationFirst;
        // RFC 9422 §4.1: MAILMAX is what EHLO promised.
        if (context.Transactions >= context.Options.Limits.MessagesPerConnection)
            return SmtpReplies.TooManyMessages(context.Options.Limits.MessagesPerConnection);
        if (mail.Size is { } size && size > context.Options.Limits.MessageSize)
            return SmtpReplies.TooBig(size, context.Options.Limits.MessageSize);
        // RFC 8689 §3: listed under TLS only.
        if (mail.RequireTls && context.Peer.Tls is null)
            return SmtpReplies.UnknownParameter;
        return context.Server.Rates?.TryMail(context.Peer, mail.ReversePath) == false ? SmtpReplies.RateLimited : null;
    }
}
