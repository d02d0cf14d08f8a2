using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>
/// The verbs of the server. To add a verb: name it in <see cref="SmtpVerb"/>, parse its arguments in <see cref="SmtpCommandParser"/>
/// (unless it has none), and register its handler here.
/// </summary>
internal static class SmtpVerbs
{
    /// <summary>In the order in which EHLO and HELP list them.</summary>
    public static IReadOnlyList<SmtpVerbEntry> All { get; } =
    [
        new(SmtpVerb.Ehlo, SmtpOrder.SmtpHello, Hello(SmtpVerb.Ehlo))
        {
            WorksWithoutTls = true,
            Syntax = "EHLO domain",
            Extensions = HelloHandler.AppendExtensions,
        },
        new(SmtpVerb.Helo, SmtpOrder.SmtpHello, Hello(SmtpVerb.Helo))
        {
            WorksWithoutTls = true,
            Syntax = "HELO domain",
        },
        new(SmtpVerb.Lhlo, SmtpOrder.LmtpHello, Hello(SmtpVerb.Lhlo))
        {
            WorksWithoutTls = true,
            Syntax = "LHLO domain",
        },
        new(SmtpVerb.StartTls, SmtpOrder.OutsideTransaction, static (context, _) => StartTlsHandler.HandleAsync(context))
        {
            WorksWithoutTls = true,
            Syntax = "STARTTLS",
            Extensions = StartTlsHandler.AppendExtensions,
        },
        new(SmtpVerb.Auth, SmtpOrder.OutsideTransaction, static (context, command) =>
            AuthHandler.HandleAsync(context, (SmtpCommand.Auth)command))
        {
            Syntax = "AUTH mechanism [initial-response]",
            Extensions = AuthHandler.AppendExtensions,
        },
        new(SmtpVerb.Mail, SmtpOrder.Mail, static (context, command) => MailHandler.HandleAsync(context, ((SmtpCommand.Mail)command).Value))
        {
            Syntax = "MAIL FROM:<reverse-path> [SIZE= BODY= SMTPUTF8 RET= ENVID= AUTH= REQUIRETLS SOLICIT=]",
            Extensions = MailHandler.AppendExtensions,
        },
        new(SmtpVerb.Rcpt, SmtpOrder.Rcpt, static (context, command) => RcptHandler.HandleAsync(context, ((SmtpCommand.Rcpt)command).Value))
        {
            Syntax = "RCPT TO:<forward-path> [NOTIFY= ORCPT=]",
        },
        new(SmtpVerb.Data, SmtpOrder.Data, static (context, _) => DataHandler.HandleAsync(context)) { Syntax = "DATA" },
        new(SmtpVerb.Bdat, SmtpOrder.Bdat, static (context, command) => BdatHandler.HandleAsync(context, (SmtpCommand.Bdat)command))
        {
            Syntax = "BDAT octets [LAST]",
        },
        new(SmtpVerb.Rset, SmtpOrder.Anytime, static (context, _) => ResetHandler.HandleAsync(context))
        {
            WorksWithoutTls = true,
            Syntax = "RSET",
        },
        new(SmtpVerb.Noop, SmtpOrder.Anytime, static (_, _) => new(SmtpReplies.Ok)) { WorksWithoutTls = true, Syntax = "NOOP [text]" },
        new(SmtpVerb.Vrfy, SmtpOrder.Anytime, static (context, command) => InformationHandler.VerifyAsync(context, Argument(command)))
        {
            Syntax = "VRFY user",
        },
        new(SmtpVerb.Expn, SmtpOrder.Anytime, static (context, command) => InformationHandler.ExpandAsync(context, Argument(command)))
        {
            Syntax = "EXPN list",
        },
        new(SmtpVerb.Etrn, SmtpOrder.OutsideTransaction, static (context, command) => EtrnHandler.HandleAsync(context, Argument(command)))
        {
            Syntax = "ETRN domain",
            Extensions = EtrnHandler.AppendExtensions,
        },
        new(SmtpVerb.Atrn, SmtpOrder.Turn, static (context, command) => AtrnHandler.HandleAsync(context, (SmtpCommand.Atrn)command))
        {
            Syntax = "ATRN [domain,...]",
            Extensions = AtrnHandler.AppendExtensions,
        },
        new(SmtpVerb.Xclient, SmtpOrder.OutsideTransaction, static (context, command) =>
            XclientHandler.HandleAsync(context, (SmtpCommand.Xclient)command))
        {
            Extensions = XclientHandler.AppendExtensions,
        },
        new(SmtpVerb.Help, SmtpOrder.Anytime, static (_, command) => new(HelpHandler.Reply(Argument(command))))
        {
            WorksWithoutTls = true,
            Syntax = "HELP [verb]",
            Extensions = static (_, list) => list.Append("\nHELP"),
        },
        new(SmtpVerb.Quit, SmtpOrder.Anytime, static (_, _) => new(SmtpReplies.Bye)) { WorksWithoutTls = true, Syntax = "QUIT" },
        SmtpVerbEntry.Refused(SmtpVerb.Send, SmtpOrder.NotImplemented),
        SmtpVerbEntry.Refused(SmtpVerb.Soml, SmtpOrder.NotImplemented),
        SmtpVerbEntry.Refused(SmtpVerb.Saml, SmtpOrder.NotImplemented),
        SmtpVerbEntry.Refused(SmtpVerb.Turn, SmtpOrder.NotImplemented),
        SmtpVerbEntry.Refused(SmtpVerb.Unknown, SmtpOrder.Unknown) with { WorksWithoutTls = true },
    ];

    private static readonly SmtpVerbEntry[] ByVerb = Array.ConvertAll(
        Enum.GetValues<SmtpVerb>(), static verb => All.Single(entry => entry.Verb == verb));

    public static SmtpVerbEntry Of(SmtpVerb verb) => ByVerb[(int)verb];

    private static SmtpVerbHandler Hello(SmtpVerb verb) =>
        (context, command) => HelloHandler.HandleAsync(context, verb, (SmtpCommand.Hello)command);

    private static string Argument(SmtpCommand command) => ((SmtpCommand.Plain)command).Argument;
}
