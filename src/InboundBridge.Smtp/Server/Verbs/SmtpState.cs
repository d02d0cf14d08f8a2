using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>Where a conversation stands.</summary>
internal enum SmtpState
{
    /// <summary>Greeted, no EHLO yet.</summary>
    Connected,

    /// <summary>EHLO was said; no transaction.</summary>
    Ready,

    /// <summary>MAIL was accepted, no RCPT was tried.</summary>
    Mail,

    /// <summary>Every RCPT so far was refused.</summary>
    AllRefused,

    /// <summary>At least one RCPT was accepted.</summary>
    Recipients,

    /// <summary>Inside a BDAT sequence.</summary>
    Chunks,

    /// <summary>A chunk was refused: only RSET and its like help (RFC 3030 §2).</summary>
    ChunksFailed,
}

/// <summary>The order of commands (RFC 5321 §4.1.4) as a pure table: state × verb → may it run, or which reply.</summary>
internal static class SmtpSessionState
{
    /// <summary>Null: the verb may run.</summary>
    public static SmtpReply? Check(SmtpState state, SmtpVerb verb, SmtpListenerMode mode) => verb switch
    {
        SmtpVerb.Ehlo or SmtpVerb.Helo => mode == SmtpListenerMode.Lmtp ? SmtpReplies.UnknownCommand : null,
        SmtpVerb.Lhlo => mode == SmtpListenerMode.Lmtp ? null : SmtpReplies.UnknownCommand,
        SmtpVerb.Rset or SmtpVerb.Noop or SmtpVerb.Quit or SmtpVerb.Help => null,
        // RFC 5321 §4.1.4: VRFY and EXPN need no EHLO.
        SmtpVerb.Vrfy or SmtpVerb.Expn => null,
        SmtpVerb.StartTls or SmtpVerb.Auth or SmtpVerb.Etrn or SmtpVerb.Xclient => OutsideTransaction(state),
        SmtpVerb.Mail => state == SmtpState.Connected ? SmtpReplies.HelloFirst : state == SmtpState.Ready ? null : SmtpReplies.NestedMail,
        SmtpVerb.Rcpt => Rcpt(state),
        SmtpVerb.Data => Data(state),
        SmtpVerb.Bdat => state == SmtpState.Chunks ? null : Data(state),
        SmtpVerb.Atrn or SmtpVerb.Send or SmtpVerb.Soml or SmtpVerb.Saml or SmtpVerb.Turn => SmtpReplies.NotImplemented,
        _ => SmtpReplies.UnknownCommand,
    };

    private static SmtpReply? OutsideTransaction(SmtpState state) => state switch
    {
        SmtpState.Ready => null,
        SmtpState.Connected => SmtpReplies.HelloFirst,
        _ => SmtpReplies.BadSequence,
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
