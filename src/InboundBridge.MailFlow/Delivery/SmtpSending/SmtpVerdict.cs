using System.Globalization;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>
/// What the replies to one attempt mean for the queue. One answer for all is one outcome; where the recipients fared differently, or each had a reply of its own,
/// so do their outcomes. What says nothing about the mail (no connection, no TLS, no sign-in) is temporary whatever its code: an expired password must bounce nobody's mail.
/// </summary>
internal static class SmtpVerdict
{
    /// <summary>The session asks for something that an operator can mend: RFC 4954 §6, RFC 3207 §4.</summary>
    private static readonly int[] OfTheSession = [530, 534, 535, 538];

    public static DeliveryOutcome Of(SmtpSendResult result, IReadOnlyList<MailRecipient> recipients)
    {
        var outcomes = result.Replies.Select(reply => Of(result.Stage, reply)).ToArray();
        if (outcomes.Length == 0)
            return new DeliveryOutcome.Failed("the delivery has no recipients");
        if (result.Stage != SmtpSendStage.Recipients || Array.TrueForAll(outcomes, outcome => outcome is DeliveryOutcome.Delivered && outcome == outcomes[0]))
            return outcomes[0];
        return new DeliveryOutcome.PerRecipient(Summary(outcomes), [.. outcomes.Zip(recipients, (outcome, recipient) => new RecipientOutcome(recipient, outcome))]);
    }

    /// <summary>As in <c>250 2.0.0 queued</c>, on one line.</summary>
    public static string Text(SmtpReply reply)
    {
        var text = reply.Text.ReplaceLineEndings(" ");
        var code = reply.Code.ToString(CultureInfo.InvariantCulture);
        return (reply.Enhanced is { } enhanced ? $"{code} {enhanced} {text}" : $"{code} {text}").TrimEnd();
    }

    private static DeliveryOutcome Of(SmtpSendStage stage, SmtpReply reply)
    {
        var text = Text(reply);
        if (stage == SmtpSendStage.Connect || reply.IsTransientFailure || OfTheSession.Contains(reply.Code))
            return new DeliveryOutcome.RetryLater(text, Answered: stage != SmtpSendStage.Connect && IsAboutTheMail(reply));
        return reply.IsPositive ? new DeliveryOutcome.Delivered(text) : new DeliveryOutcome.Failed(text);
    }

    /// <summary>The server is well and does not want this mail now (4xx in its own words but 421), or the fault is our own disk's.</summary>
    private static bool IsAboutTheMail(SmtpReply reply) => reply.IsTransientFailure && reply.Code != 421 && reply.Reason is null or "content_unreadable";

    /// <summary>The worst reply speaks for all: it is what somebody who looks wants to know.</summary>
    private static DeliveryReply Summary(DeliveryOutcome[] outcomes)
    {
        var delivered = outcomes.Count(outcome => outcome is DeliveryOutcome.Delivered);
        if (delivered == outcomes.Length)
            return outcomes[0].Reply;
        var worst = Array.Find(outcomes, outcome => outcome is DeliveryOutcome.Failed) ?? Array.Find(outcomes, outcome => outcome is DeliveryOutcome.RetryLater)!;
        return outcomes.Length == 1 ? worst.Reply : worst.Reply with { Text = string.Create(CultureInfo.InvariantCulture, $"{delivered} of {outcomes.Length} delivered; {worst.Reply}") };
    }
}
