using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Connection;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>STARTTLS (RFC 3207).</summary>
internal static class StartTlsHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context)
    {
        if (context.Peer.Tls is not null)
            return SmtpReplies.TlsAlready;
        if (!CanStart(context))
            return SmtpReplies.NotImplemented;
        // Plain text that follows the command would be read as if it had come under TLS (command injection, CVE-2011-0411).
        if (context.Conversation.HasBufferedInput)
            return SmtpReplies.PipelinedOverStartTls;
        context.Conversation.Write(SmtpReplies.StartTls);
        await context.Conversation.FlushAsync(context.Abort);
        if (!await TlsHandshake.RunAsync(context.Conversation, context.Peer, context.Listener, context.Server.Observer, context.Abort))
            return SmtpAnswer.Leave(SmtpConnectionOutcome.TlsFailed);
        // RFC 3207 §4.2: forget everything that the client said before TLS.
        await context.ResetTransactionAsync();
        context.State = SmtpState.Connected;
        context.Peer.Helo = null;
        context.Peer.Esmtp = false;
        context.Peer.User = null;
        return SmtpAnswer.Written;
    }

    public static void AppendExtensions(SmtpSessionContext context, StringBuilder list)
    {
        if (CanStart(context))
            list.Append("\nSTARTTLS");
    }

    private static bool CanStart(SmtpSessionContext context) =>
        context.Listener is { Tls: SmtpTlsMode.StartTls or SmtpTlsMode.Require, TlsOptions: not null } && context.Peer.Tls is null;
}
