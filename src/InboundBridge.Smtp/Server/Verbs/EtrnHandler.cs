using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>ETRN (RFC 1985): a client asks us to send it the mail that waits for its domain.</summary>
internal static class EtrnHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, string argument)
    {
        if (!IsOffered(context))
            return SmtpReplies.NotImplemented;
        return await InformationHandler.AskAsync(
            context, SmtpVerb.Etrn, () => context.Receiver.TurnQueueAsync(argument, context.Abort), SmtpReplies.NotImplemented);
    }

    public static void AppendExtensions(SmtpSessionContext context, StringBuilder list)
    {
        if (IsOffered(context))
            list.Append("\nETRN");
    }

    /// <summary>A mailbox store that hands us mail over LMTP does not collect mail, and on an ODMR listener ATRN collects it.</summary>
    private static bool IsOffered(SmtpSessionContext context) =>
        context.Options.TurnQueue && context.Mode is (SmtpListenerMode.Mx or SmtpListenerMode.Submission);
}
