using System.Globalization;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>
/// Turns the replies to one attempt into an outcome for the queue. One reply for the whole mail is one outcome; replies to recipients are
/// outcomes of recipients. A failure of the session (no connection, no TLS, no sign-in) says nothing about the mail and is temporary
/// whatever its code is: an expired password must not bounce anybody's mail.
/// </summary>
internal static class SmtpOutcome
{
    /// <summary>The server asks for authentication or TLS, which the operator has to configure (RFC 4954 §6, RFC 3207 §4).</summary>
    private static readonly int[] OfTheSession = [530, 534, 535, 538];

    /// <param name="host">The server that the mail was sent to.</param>
    public static DeliveryOutcome Of(SmtpSendResult result, string host, IReadOnlyList<MailRecipient> recipients)
    {
        var replies = new HostReply[result.Replies.Count];
        for (var index = 0; index < replies.Length; index++)
            replies[index] = new HostReply(result.Replies[index], host, result.OfferedDsn);
        return Of(result.Stage, replies, recipients);
    }

    /// <param name="replies">One for each recipient in order.</param>
    public static DeliveryOutcome Of(SmtpSendStage stage, IReadOnlyList<HostReply> replies, IReadOnlyList<MailRecipient> recipients)
    {
        if (replies.Count == 0)
            return new DeliveryOutcome.Failed("the delivery has no recipients");
        var first = Of(stage, replies[0]);
        if (stage != SmtpSendStage.Recipients)
            return first;
        var outcomes = replies.Select(reply => Of(stage, reply)).ToArray();
        if (Array.TrueForAll(outcomes, outcome => outcome is DeliveryOutcome.Delivered && outcome == first))
            return first;
        var each = outcomes.Zip(recipients, (outcome, recipient) => new RecipientOutcome(recipient, outcome));
        return new DeliveryOutcome.PerRecipient(Summary(outcomes), [.. each]);
    }

    private static DeliveryOutcome Of(SmtpSendStage stage, HostReply answer)
    {
        var (reply, delivered) = (answer.Reply, answer.ToDeliveryReply());
        if (stage == SmtpSendStage.Connect || reply.IsTransientFailure || OfTheSession.Contains(reply.Code))
            return new DeliveryOutcome.RetryLater(delivered, Answered: stage != SmtpSendStage.Connect && IsAboutTheMail(reply));
        return reply.IsPositive
            ? new DeliveryOutcome.Delivered(delivered) { TookNotify = answer.TookNotify }
            : new DeliveryOutcome.Failed(delivered);
    }

    /// <summary>The server is up and refuses this mail for now (a 4xx reply of its own except 421), or our own disk failed.</summary>
    private static bool IsAboutTheMail(SmtpReply reply) =>
        reply.IsTransientFailure && reply.Code != 421 && reply.Reason is null or "content_unreadable";

    /// <summary>The worst reply, with the number of delivered recipients before its text.</summary>
    private static DeliveryReply Summary(DeliveryOutcome[] outcomes)
    {
        var delivered = outcomes.Count(outcome => outcome is DeliveryOutcome.Delivered);
        if (delivered == outcomes.Length)
            return outcomes[0].Reply;
        var worst = (Array.Find(outcomes, outcome => outcome is DeliveryOutcome.Failed)
            ?? Array.Find(outcomes, outcome => outcome is DeliveryOutcome.RetryLater)!).Reply;
        return outcomes.Length == 1
            ? worst
            : worst with { Text = string.Create(CultureInfo.InvariantCulture, $"{delivered} of {outcomes.Length} delivered; {worst}") };
    }
}
