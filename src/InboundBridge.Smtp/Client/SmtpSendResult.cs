using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>How far a mail came: who is to blame for its failure.</summary>
public enum SmtpSendStage
{
    /// <summary>No session: unreachable, greeted with a refusal, no TLS, not authenticated. Says nothing about the mail; any code is temporary.</summary>
    Connect,

    /// <summary>One answer for all recipients: to MAIL, or our own refusal to send this mail to this peer.</summary>
    Mail,

    /// <summary>The recipients fared differently.</summary>
    Recipients,

    /// <summary>One answer for all recipients, to the mail itself.</summary>
    Data,
}

/// <summary>What became of a mail that was to be sent.</summary>
/// <param name="Replies">One for each recipient in order: the peer's, or our own with a <see cref="SmtpReply.Reason"/> of <see cref="SmtpFault"/>'s words.</param>
public sealed record SmtpSendResult(SmtpSendStage Stage, IReadOnlyList<SmtpReply> Replies)
{
    /// <summary>True when the connection proved dead before the peer answered anything: another one may be tried at once, nothing was sent.</summary>
    internal bool NothingHeard { get; init; }

    internal static SmtpSendResult ForAll(SmtpSendStage stage, int recipients, SmtpReply reply)
    {
        var replies = new SmtpReply[recipients];
        Array.Fill(replies, reply);
        return new SmtpSendResult(stage, replies);
    }
}
