using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>RCPT: the wire's own limits, then the receiver.</summary>
internal static class RcptHandler
{
    public static ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, RcptCommand rcpt)
    {
        // RFC 5321 §4.5.3.1.10: 452, so that the client sends the rest in another transaction.
        if (context.Recipients >= context.Options.Limits.Recipients)
            return new ValueTask<SmtpAnswer>(Settle(context, SmtpReplies.TooManyRecipients(context.Options.Limits.Recipients)));
        if (context.Server.Rates?.TryRcpt(rcpt.Recipient) == false)
            return new ValueTask<SmtpAnswer>(Settle(context, SmtpReplies.RateLimited));
        ValueTask<SmtpReply> asked;
        try
        {
            asked = context.Receiver.RcptAsync(rcpt, context.Abort);
        }
        catch (Exception error) when (context.IsFault(error))
        {
            return new ValueTask<SmtpAnswer>(Settle(context, context.Fault(SmtpVerb.Rcpt, error)));
        }
        return asked.IsCompletedSuccessfully ? new ValueTask<SmtpAnswer>(Settle(context, asked.Result)) : SettleAsync(context, asked);
    }

    private static async ValueTask<SmtpAnswer> SettleAsync(SmtpSessionContext context, ValueTask<SmtpReply> asked)
    {
        SmtpReply reply;
        try
        {
            reply = await asked;
        }
        catch (Exception error) when (context.IsFault(error))
        {
            reply = context.Fault(SmtpVerb.Rcpt, error);
        }
        return Settle(context, reply);
    }

    private static SmtpReply Settle(SmtpSessionContext context, SmtpReply reply)
    {
        if (reply.IsPositive)
        {
            context.Recipients++;
            context.State = SmtpState.Recipients;
        }
        else if (context.State == SmtpState.Mail)
        {
            context.State = SmtpState.AllRefused;
        }
        return reply;
    }
}
