using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>From a command that may run to the handler that runs it.</summary>
internal static class SmtpVerbs
{
    public static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSessionContext context, SmtpVerb verb, SmtpCommand command) => command switch
    {
        SmtpCommand.Hello hello => HelloHandler.HandleAsync(context, verb, hello),
        SmtpCommand.Mail mail => MailHandler.HandleAsync(context, mail.Value),
        SmtpCommand.Rcpt rcpt => RcptHandler.HandleAsync(context, rcpt.Value),
        SmtpCommand.Bdat chunk => BdatHandler.HandleAsync(context, chunk),
        SmtpCommand.Auth auth => AuthHandler.HandleAsync(context, auth),
        SmtpCommand.Xclient xclient => XclientHandler.HandleAsync(context, xclient),
        SmtpCommand.Plain plain => PlainAsync(context, verb, plain.Argument),
        _ => Said(SmtpReplies.NotImplemented),
    };

    private static ValueTask<SmtpAnswer> PlainAsync(SmtpSessionContext context, SmtpVerb verb, string argument) => verb switch
    {
        SmtpVerb.Data => DataHandler.HandleAsync(context),
        SmtpVerb.StartTls => StartTlsHandler.HandleAsync(context),
        SmtpVerb.Rset => ResetAsync(context),
        SmtpVerb.Noop => Said(SmtpReplies.Ok),
        SmtpVerb.Quit => Said(SmtpReplies.Bye),
        SmtpVerb.Help => Said(InformationHandler.Help(argument)),
        SmtpVerb.Vrfy => InformationHandler.VerifyAsync(context, argument),
        SmtpVerb.Expn => InformationHandler.ExpandAsync(context, argument),
        SmtpVerb.Etrn => InformationHandler.TurnQueueAsync(context, argument),
        _ => Said(SmtpReplies.NotImplemented),
    };

    private static async ValueTask<SmtpAnswer> ResetAsync(SmtpSessionContext context)
    {
        await context.ResetTransactionAsync();
        return SmtpReplies.Ok;
    }

    private static ValueTask<SmtpAnswer> Said(SmtpReply reply) => new(reply);
}
