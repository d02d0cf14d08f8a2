using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Replies;

/// <summary>The replies to ATRN (RFC 2645 §5.2.1 and §7).</summary>
internal static class ConnectionTurnReplies
{
    public static SmtpReply Turning { get; } = SmtpReply.Create(250, 0, 0, "OK, now reversing the connection");

    public static SmtpReply Refused { get; } = SmtpReply.Create(450, 7, 1, "ATRN request refused", "atrn_not_allowed");

    public static SmtpReply Unable { get; } = SmtpReply.Create(451, 3, 2, "Unable to process ATRN request now", "atrn_unable");

    public static SmtpReply NoMail { get; } = SmtpReply.Create(453, 0, 0, "You have no mail", "no_mail");
}
