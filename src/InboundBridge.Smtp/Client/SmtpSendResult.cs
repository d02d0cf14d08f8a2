using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>How far a transaction came, which shows what a failure is about.</summary>
public enum SmtpSendStage
{
    /// <summary>
    /// No session: unreachable, refused in the greeting, no TLS, not authenticated. Such a failure is not about the message, so it is
    /// temporary whatever its code.
    /// </summary>
    Connect,

    /// <summary>One reply for all recipients: the server's to MAIL, or our own refusal to send this message to this server.</summary>
    Mail,

    /// <summary>Recipients have replies of their own.</summary>
    Recipients,

    /// <summary>One reply for all recipients, to the message itself.</summary>
    Data,
}

/// <summary>The result of sending a message.</summary>
/// <param name="Replies">
/// One for each recipient in order: the server's, or our own, whose <see cref="SmtpReply.Reason"/> names the <see cref="SmtpFault"/>.
/// </param>
public sealed record SmtpSendResult(SmtpSendStage Stage, IReadOnlyList<SmtpReply> Replies)
{
    /// <summary>
    /// The connection was dead before the server replied to anything, or the session was too old to refuse the message. Nothing was sent,
    /// so the message may go over another connection at once.
    /// </summary>
    internal bool NothingHeard { get; init; }

    /// <summary>The server offers DSN (RFC 3461), so that it was given NOTIFY, RET, ENVID and ORCPT.</summary>
    public bool OfferedDsn { get; init; }

    /// <summary>The server offers 8BITMIME (RFC 6152). Set where the message was not sent because the server lacks an extension.</summary>
    public bool OfferedEightBitMime { get; init; }

    /// <summary>The session that was opened for this message; null when none could be opened, or an open session was used.</summary>
    public SmtpSessionFacts? Opened { get; init; }

    internal static SmtpSendResult ForAll(SmtpSendStage stage, int recipients, SmtpReply reply)
    {
        var replies = new SmtpReply[recipients];
        Array.Fill(replies, reply);
        return new SmtpSendResult(stage, replies);
    }
}
