using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>
/// The order of commands (RFC 5321 §4.1.4) as a pure table: in a given state, may a verb run, and if not, which reply refuses it?
/// </summary>
internal static class SmtpSessionState
{
    /// <summary>Null when the verb may run.</summary>
    public static SmtpReply? Check(SmtpState state, SmtpOrder order, SmtpListenerMode mode) => order switch
    {
        SmtpOrder.SmtpHello => mode == SmtpListenerMode.Lmtp ? SmtpReplies.UnknownCommand : null,
        SmtpOrder.LmtpHello => mode == SmtpListenerMode.Lmtp ? null : SmtpReplies.UnknownCommand,
        SmtpOrder.Anytime => null,
        SmtpOrder.OutsideTransaction => OutsideTransaction(state),
        SmtpOrder.Turn => mode == SmtpListenerMode.Odmr ? OutsideTransaction(state) : SmtpReplies.NotImplemented,
        // RFC 2645 §5.4: a listener for on-demand relay takes no mail.
        SmtpOrder.Mail or SmtpOrder.Rcpt or SmtpOrder.Data or SmtpOrder.Bdat when mode == SmtpListenerMode.Odmr =>
            SmtpReplies.NotImplemented,
        SmtpOrder.Mail => Mail(state),
        SmtpOrder.Rcpt => Rcpt(state),
        SmtpOrder.Data => Data(state),
        SmtpOrder.Bdat => state == SmtpState.Chunks ? null : Data(state),
        SmtpOrder.NotImplemented => SmtpReplies.NotImplemented,
        _ => SmtpReplies.UnknownCommand,
    };

    private static SmtpReply? OutsideTransaction(SmtpState state) => state switch
    {
        SmtpState.Ready => null,
        SmtpState.Connected => SmtpReplies.HelloFirst,
        _ => SmtpReplies.BadSequence,
    };

    private static SmtpReply? Mail(SmtpState state) => state switch
    {
        SmtpState.Ready => null,
        SmtpState.Connected => SmtpReplies.HelloFirst,
        _ => SmtpReplies.NestedMail,
    };

    private static SmtpReply? Rcpt(SmtpState state) => state switch
    {
        SmtpState.Connected => SmtpReplies.HelloFirst,
        SmtpState.Ready => SmtpReplies.MailFirst,
        SmtpState.Chunks => SmtpReplies.ChunksOnly,
        SmtpState.ChunksFailed => SmtpReplies.ChunkFailed,
        _ => null,
    };

    private static SmtpReply? Data(SmtpState state) => state switch
    {
        SmtpState.Connected => SmtpReplies.HelloFirst,
        SmtpState.Ready => SmtpReplies.MailFirst,
        SmtpState.Mail => SmtpReplies.RcptFirst,
        SmtpState.AllRefused => SmtpReplies.NoValidRecipients,
        SmtpState.Chunks => SmtpReplies.ChunksOnly,
        SmtpState.ChunksFailed => SmtpReplies.ChunkFailed,
        _ => null,
    };
}
