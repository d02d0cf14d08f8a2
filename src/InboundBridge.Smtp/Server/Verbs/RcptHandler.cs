using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>RCPT: the wire's own limits, then the receiver.</summary>
internal static class RcptHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, RcptCommand rcpt)
    {
        var reply = await AskAsync(context, rcpt);
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

    private static async ValueTask<SmtpReply> AskAsync(SmtpSessionContext context, RcptCommand rcpt)
    {
        // RFC 5321 §4.5.3.1.10: 452, so that the client sends the rest in another transaction.
        if (context.Recipients >= context.Options.Limits.Recipients)
            return SmtpReplies.TooManyRecipients;
        if (context.Server.Rates?.TryRcpt(rcpt.Recipient) == false)
            return SmtpReplies.RateLimited;
        try
        {
            return await context.Receiver.RcptAsync(rcpt, context.Abort);
        }
        catch (Exception error) when (context.IsFault(error))
        {
            return context.Fault(SmtpVerb.Rcpt, error);
        }
    }
}
