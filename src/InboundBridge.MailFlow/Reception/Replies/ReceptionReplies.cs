using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Replies;

/// <summary>The replies of reception. The texts reveal little on purpose: the cause goes to the log.</summary>
internal static class ReceptionReplies
{
    public static SmtpReply SenderOk { get; } = SmtpReply.Create(250, 1, 0, "Sender ok");

    public static SmtpReply RecipientOk { get; } = SmtpReply.Create(250, 1, 5, "Recipient ok");

    /// <summary>We are never an open relay (docs/smtp.md, RFC 2505).</summary>
    public static SmtpReply RelayDenied { get; } = SmtpReply.Create(550, 7, 1, "Relaying denied", "relay_denied");

    /// <summary>Null when the spool accepts mail, otherwise a temporary refusal, because the cause is ours.</summary>
    public static SmtpReply? Of(SpoolCondition condition) => condition switch
    {
        SpoolCondition.Ready => null,
        SpoolCondition.DiskLow => NoRoom,
        _ => NotNow with { LogDetail = condition.ToString() },
    };

    /// <summary>The spool did not keep the message.</summary>
    public static SmtpReply Of(SpoolUnavailableException fault) => NotNow with { LogDetail = fault.Message };

    /// <summary>Null when the recipient exists.</summary>
    public static SmtpReply? Of(RecipientAnswer answer) => answer.Exists switch
    {
        RecipientExists.Yes => null,
        RecipientExists.No => UnknownRecipient,
        _ => NotVerified with { LogDetail = answer.Detail },
    };

    public static SmtpReply NotScanned { get; } = SmtpReply.Create(
        451, 3, 0, "The message can't be scanned now, try again later", "scanner_unavailable");

    public static SmtpReply UnknownRecipient { get; } = SmtpReply.Create(550, 1, 1, "No such recipient", "unknown_recipient");

    private static SmtpReply NotVerified { get; } = SmtpReply.Create(
        451, 4, 3, "Recipient can't be verified now, try again later", "recipient_check");

    private static SmtpReply NoRoom { get; } = SmtpReply.Create(452, 3, 1, "Insufficient system storage, try again later", "disk_low");

    private static SmtpReply NotNow { get; } = SmtpReply.Create(451, 3, 0, "Not now, try again later", "spool");

    /// <summary>The argument of VRFY or EXPN is not an address.</summary>
    public static SmtpReply NoMailbox { get; } = SmtpReply.Create(501, 1, 3, "Bad address syntax", "bad_recipient");

    public static SmtpReply NoSuchGroup { get; } = SmtpReply.Create(550, 1, 1, "No such list", "unknown_recipient");

    /// <summary>The mailbox in brackets (RFC 5321 §3.5.1). Replies are ASCII, so a name in UTF-8 is not repeated.</summary>
    public static SmtpReply Exists(string mailbox) =>
        SmtpReply.Create(250, 1, 5, System.Text.Ascii.IsValid(mailbox) ? $"<{mailbox}>" : "Mailbox exists");

    public static SmtpReply Members(IReadOnlyList<string> members) =>
        SmtpReply.Create(250, 1, 5, string.Join('\n', members.Select(member => $"<{member}>")));

    public static SmtpReply NotTheirAddress { get; } = SmtpReply.Create(
        553, 7, 1, "Sender address not allowed for this user", "sender_not_allowed");

    public static SmtpReply Loop { get; } = SmtpReply.Create(554, 4, 6, "Too many hops", "loop");

    public static SmtpReply DeliveredBefore { get; } = SmtpReply.Create(554, 4, 6, "Mail loop: delivered to this address before", "loop");

    /// <summary>The promise that the message is durable.</summary>
    public static SmtpReply Accepted(string id) => SmtpReply.Create(250, 0, 0, $"Ok: queued as {id}");
}
