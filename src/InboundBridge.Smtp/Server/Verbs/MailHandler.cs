using System.Globalization;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>MAIL: checks the limits of the session, then asks the receiver.</summary>
internal static class MailHandler
{
    public static ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, MailCommand mail)
    {
        if (Refuse(context, mail) is { } refusal)
            return new ValueTask<SmtpAnswer>(refusal);
        return ReceiverCall.AskAsync(
            context,
            SmtpVerb.Mail,
            mail,
            static (context, mail) => context.Receiver.MailAsync(mail, context.Abort),
            static (context, mail, reply) => Settle(context, mail, reply));
    }

    public static void AppendExtensions(SmtpSessionContext context, StringBuilder list)
    {
        if (context.Mode == SmtpListenerMode.Odmr)
            return;
        if (context.Peer.Tls is not null)
            list.Append("\nREQUIRETLS");
        var limits = context.Options.Limits;
        list.Append(CultureInfo.InvariantCulture, $"\nLIMITS RCPTMAX={limits.Recipients} MAILMAX={limits.MessagesPerConnection}");
    }

    private static SmtpReply Settle(SmtpSessionContext context, MailCommand mail, SmtpReply reply)
    {
        if (reply.IsPositive)
        {
            context.Mail = mail;
            context.Recipients.Clear();
            context.State = SmtpState.Mail;
            context.Transactions++;
        }
        return reply;
    }

    private static SmtpReply? Refuse(SmtpSessionContext context, MailCommand mail)
    {
        if (context.Listener.RequireAuthentication && context.Peer.User is null)
            return SmtpReplies.AuthenticationFirst;
        // RFC 9422 §4.1: EHLO announced this limit as MAILMAX.
        if (context.Transactions >= context.Options.Limits.MessagesPerConnection)
            return SmtpReplies.TooManyMessages(context.Options.Limits.MessagesPerConnection);
        if (mail.Size is { } size && size > context.Options.Limits.MessageSize)
            return SmtpReplies.TooBig(size, context.Options.Limits.MessageSize);
        // RFC 8689 §3: REQUIRETLS exists only under TLS.
        if (mail.RequireTls && context.Peer.Tls is null)
            return SmtpReplies.UnknownParameter;
        return context.Server.Rates?.TryMail(context.Peer, mail.ReversePath) == false ? SmtpReplies.RateLimited : null;
    }
}
