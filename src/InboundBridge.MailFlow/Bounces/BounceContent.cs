using System.Text;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>Everything that a bounce says, before it is written.</summary>
/// <param name="Id">Of the bounce.</param>
/// <param name="Message">The mail that it is about.</param>
/// <param name="Subject">Of that mail; null without one.</param>
/// <param name="MessageId">Of that mail, without angle brackets; null without a usable one.</param>
/// <param name="Since">When we began to try.</param>
/// <param name="LastAttempt">Null where none was made.</param>
/// <param name="Until">When we give up; for a delay.</param>
internal sealed record BounceContent(
    string Id,
    BounceReason Reason,
    SpooledMessage Message,
    string? Subject,
    string? MessageId,
    IReadOnlyList<RecipientFate> Fates,
    DateTimeOffset Now,
    DateTimeOffset Since,
    DateTimeOffset? LastAttempt,
    DateTimeOffset? Until)
{
    /// <summary>
    /// An address needs the forms of RFC 6533. The sender's server reads them, because it sent the mail with SMTPUTF8.
    /// </summary>
    public bool IsInternational { get; } = Message.Envelope.SmtpUtf8
        && !(Ascii.IsValid(Message.Envelope.Sender) && Fates.All(fate => Ascii.IsValid(fate.Recipient.Address)));
}
