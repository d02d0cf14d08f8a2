using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>Verbs that change nothing: VRFY, EXPN, ETRN, HELP.</summary>
internal static class InformationHandler
{
    private static readonly (string Verb, string Syntax)[] Commands =
    [
        ("EHLO", "EHLO domain"),
        ("HELO", "HELO domain"),
        ("LHLO", "LHLO domain"),
        ("STARTTLS", "STARTTLS"),
        ("AUTH", "AUTH mechanism [initial-response]"),
        ("MAIL", "MAIL FROM:<reverse-path> [SIZE= BODY= SMTPUTF8 RET= ENVID= AUTH= REQUIRETLS SOLICIT=]"),
        ("RCPT", "RCPT TO:<forward-path> [NOTIFY= ORCPT=]"),
        ("DATA", "DATA"),
        ("BDAT", "BDAT octets [LAST]"),
        ("RSET", "RSET"),
        ("NOOP", "NOOP [text]"),
        ("VRFY", "VRFY user"),
        ("EXPN", "EXPN list"),
        ("ETRN", "ETRN domain"),
        ("HELP", "HELP [verb]"),
        ("QUIT", "QUIT"),
    ];

    private static readonly SmtpReply All =
        SmtpReply.Create(214, 0, 0, $"Commands:\n{string.Join(' ', Commands.Select(command => command.Verb))}\nHELP verb for one of them");

    public static SmtpReply Help(string argument)
    {
        if (argument.Length == 0)
            return All;
        var (_, syntax) = Array.Find(Commands, command => command.Verb.Equals(argument, StringComparison.OrdinalIgnoreCase));
        return syntax is null ? SmtpReply.Create(504, 5, 4, "No help on that", "bad_arguments") : SmtpReply.Create(214, 0, 0, $"Syntax: {syntax}");
    }

    public static ValueTask<SmtpAnswer> VerifyAsync(SmtpSessionContext context, string argument) =>
        AskAsync(context, SmtpVerb.Vrfy, () => context.Receiver.VerifyAsync(argument, context.Abort), SmtpReplies.CannotVerify);

    public static ValueTask<SmtpAnswer> ExpandAsync(SmtpSessionContext context, string argument) =>
        AskAsync(context, SmtpVerb.Expn, () => context.Receiver.ExpandAsync(argument, context.Abort), SmtpReplies.NotImplemented);

    public static async ValueTask<SmtpAnswer> TurnQueueAsync(SmtpSessionContext context, string argument)
    {
        if (!context.CanTurnQueue)
            return SmtpReplies.NotImplemented;
        return await AskAsync(context, SmtpVerb.Etrn, () => context.Receiver.TurnQueueAsync(argument, context.Abort), SmtpReplies.NotImplemented);
    }

    private static async ValueTask<SmtpAnswer> AskAsync(SmtpSessionContext context, SmtpVerb verb, Func<ValueTask<SmtpReply?>> ask, SmtpReply otherwise)
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
