using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>From a command that may run to the handler that runs it.</summary>
internal static class SmtpVerbs
{
    public static async ValueTask<SmtpAnswer> ExecuteAsync(SmtpSessionContext context, SmtpVerb verb, SmtpCommand command)
    {
        switch (command)
        {
            case SmtpCommand.Hello hello:
                return await HelloHandler.HandleAsync(context, verb, hello);
            case SmtpCommand.Mail mail:
                return await MailHandler.HandleAsync(context, mail.Value);
            case SmtpCommand.Rcpt rcpt:
                return await RcptHandler.HandleAsync(context, rcpt.Value);
            case SmtpCommand.Bdat chunk:
                return await BdatHandler.HandleAsync(context, chunk);
            case SmtpCommand.Auth auth:
                return await AuthHandler.HandleAsync(context, auth);
            case SmtpCommand.Xclient xclient:
                return await XclientHandler.HandleAsync(context, xclient);
            case SmtpCommand.Plain plain:
                return await PlainAsync(context, verb, plain.Argument);
            default:
                return SmtpReplies.NotImplemented;
        }
    }

    private static async ValueTask<SmtpAnswer> PlainAsync(SmtpSessionContext context, SmtpVerb verb, string argument)
    {
        switch (verb)
        {
            case SmtpVerb.Data:
                return await DataHandler.HandleAsync(context);
            case SmtpVerb.StartTls:
                return await StartTlsHandler.HandleAsync(context);
            case SmtpVerb.Rset:
                await context.ResetTransactionAsync();
                return SmtpReplies.Ok;
            case SmtpVerb.Noop:
                return SmtpReplies.Ok;
            case SmtpVerb.Quit:
                return SmtpReplies.Bye;
            case SmtpVerb.Help:
                return InformationHandler.Help(argument);
            case SmtpVerb.Vrfy:
                return await InformationHandler.VerifyAsync(context, argument);
            case SmtpVerb.Expn:
                return await InformationHandler.ExpandAsync(context, argument);
            case SmtpVerb.Etrn:
                return await InformationHandler.TurnQueueAsync(context, argument);
            default:
                return SmtpReplies.NotImplemented;
        }
    }
}
