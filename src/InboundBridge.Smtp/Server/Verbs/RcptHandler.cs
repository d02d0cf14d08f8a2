using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>RCPT: checks the limits of the session, then asks the receiver.</summary>
internal static class RcptHandler
{
    public static ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, RcptCommand rcpt)
    {
        // RFC 5321 §4.5.3.1.10: with 452 the client sends the other recipients in another transaction.
        if (context.Recipients.Count >= context.Options.Limits.Recipients)
            return new ValueTask<SmtpAnswer>(Settle(context, rcpt, SmtpReplies.TooManyRecipients(context.Options.Limits.Recipients)));
        if (context.Server.Rates?.TryRcpt(rcpt.Recipient) == false)
            return new ValueTask<SmtpAnswer>(Settle(context, rcpt, SmtpReplies.RateLimited));
        return ReceiverCall.AskAsync(
            context,
            SmtpVerb.Rcpt,
            rcpt,
            static (context, rcpt) => context.Receiver.RcptAsync(rcpt, context.Abort),
            static (context, rcpt, reply) => Settle(context, rcpt, reply));
    }

    private static SmtpReply Settle(SmtpSessionContext context, RcptCommand rcpt, SmtpReply reply)
    {
        if (reply.IsPositive)
        {
            context.Recipients.Add(rcpt.Recipient);
            context.State = SmtpState.Recipients;
        }
        else if (context.State == SmtpState.Mail)
        {
            context.State = SmtpState.AllRefused;
        }
        return reply;
    }
}
