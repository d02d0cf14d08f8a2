using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>Verbs whose whole answer comes from the receiver: VRFY and EXPN here, ETRN in <see cref="EtrnHandler"/>.</summary>
internal static class InformationHandler
{
    public static ValueTask<SmtpAnswer> VerifyAsync(SmtpSessionContext context, string argument) =>
        AskAsync(context, SmtpVerb.Vrfy, () => context.Receiver.VerifyAsync(argument, context.Abort), SmtpReplies.CannotVerify);

    public static ValueTask<SmtpAnswer> ExpandAsync(SmtpSessionContext context, string argument) =>
        AskAsync(context, SmtpVerb.Expn, () => context.Receiver.ExpandAsync(argument, context.Abort), SmtpReplies.NotImplemented);

    /// <param name="otherwise">The reply when the receiver gives none.</param>
    public static async ValueTask<SmtpAnswer> AskAsync(
        SmtpSessionContext context, SmtpVerb verb, Func<ValueTask<SmtpReply?>> ask, SmtpReply otherwise)
    {
        try
        {
            return await ask() ?? otherwise;
        }
        catch (Exception error) when (context.IsFault(error))
        {
            return context.Fault(verb, error);
        }
    }
}
