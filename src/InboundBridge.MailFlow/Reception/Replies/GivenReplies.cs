using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Replies;

/// <summary>What the session of a stored message was answered.</summary>
public static class GivenReplies
{
    /// <summary>
    /// MAIL, each recipient, and the end of the data. Only refusals are stored: whatever was accepted got the usual reply. Null where
    /// nobody knows: an earlier version received the message, or it is our own.
    /// </summary>
    public static IEnumerable<GivenReply>? Of(SpooledMessage message) =>
        message.Envelope.Refusals is { } refusals && message.Cause is null ? List(message, refusals) : null;

    private static IEnumerable<GivenReply> List(SpooledMessage message, IReadOnlyList<SessionRefusal> refusals)
    {
        yield return Usual("MAIL", message.Envelope.Sender, ReceptionReplies.SenderOk);
        foreach (var recipient in message.Envelope.Recipients)
            yield return Usual("RCPT", recipient.Address, ReceptionReplies.RecipientOk);
        foreach (var refused in refusals.Where(refusal => refusal.Command == "RCPT"))
            yield return Of(refused);
        yield return Usual("DATA", null, ReceptionReplies.Accepted(message.Id));
        foreach (var refused in refusals.Where(refusal => refusal.Command != "RCPT"))
            yield return Of(refused);
    }

    private static GivenReply Usual(string command, string? about, SmtpReply reply) =>
        new(command, about, reply.Code, reply.Enhanced?.ToString(), reply.Text, null, null);

    private static GivenReply Of(SessionRefusal refused) =>
        new(refused.Command, refused.Recipient, refused.Code, refused.Enhanced, refused.Text, refused.Reason, refused.Rule);
}

/// <param name="Command"><c>MAIL</c>, <c>RCPT</c> or <c>DATA</c>, which stands for its end (also after BDAT).</param>
/// <param name="About">The sender, which may be empty, or the recipient; null for the whole message.</param>
/// <param name="Reason">Why it was refused: a word of docs/smtp.md. Null where it was accepted.</param>
/// <param name="Rule">The rule that refused; null where none did.</param>
public sealed record GivenReply(string Command, string? About, int Code, string? Enhanced, string Text, string? Reason, string? Rule)
{
    public string Reply => Enhanced is null ? $"{Code} {Text}" : $"{Code} {Enhanced} {Text}";
}
