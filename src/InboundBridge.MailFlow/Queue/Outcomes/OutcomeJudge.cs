using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>
/// Decides what is recorded for an outcome. Where recipients have different outcomes, those to be tried again keep the delivery and its id;
/// the others move to deliveries of their own. So each delivery has one state, and no recipient gets the mail twice.
/// </summary>
internal sealed class OutcomeJudge(MessageIdSource ids)
{
    private static readonly string[] NotDestinations = ["dead_letter", "bounce"];

    public OutcomeJudgement Judge(AttemptFacts facts, DeliveryOutcome outcome)
    {
        var judgements = new JudgementBuilder(facts, new RecipientReplies(outcome));
        var recipients = facts.Delivery.Recipients;
        switch (outcome)
        {
            case DeliveryOutcome.Delivered:
                return judgements.End(DeliveryState.Delivered, "delivered");
            case DeliveryOutcome.Discarded:
                return judgements.End(DeliveryState.Cancelled, "discarded");
            case DeliveryOutcome.Failed:
                return Fail(judgements, recipients, [], CircuitEvidence.Answer, expired: false, "failed");
            case DeliveryOutcome.PauseDestination:
                return judgements.Pause();
            case DeliveryOutcome.RetryLater when !facts.WasTried && !judgements.IsExpired:
                return judgements.Wait();
            case DeliveryOutcome.RetryLater retry:
                var evidence = retry.Answered ? CircuitEvidence.Answer : CircuitEvidence.Failure;
                return judgements.IsExpired
                    ? Fail(judgements, recipients, [], evidence, expired: true, "failed")
                    : judgements.Retry(recipients, retry.After, [], [], evidence, "retry");
            case DeliveryOutcome.PerRecipient each:
                return JudgeEach(judgements, each);
            default:
                throw new InvalidOperationException($"{outcome.GetType().Name} is not an outcome");
        }
    }

    private OutcomeJudgement JudgeEach(JudgementBuilder judgements, DeliveryOutcome.PerRecipient outcome)
    {
        var facts = judgements.Facts;
        var delivery = facts.Delivery;
        var delivered = RecipientsWith<DeliveryOutcome.Delivered>(delivery, outcome);
        var failed = RecipientsWith<DeliveryOutcome.Failed>(delivery, outcome);
        // A recipient without an outcome is tried again: unknown means temporary.
        var again = delivery.Recipients.Except(delivered).Except(failed).ToList();
        if (again.Count == 0 && failed.Count == 0)
            return judgements.End(DeliveryState.Delivered, "delivered");
        var label = again.Count == delivery.Recipients.Count ? "retry" : failed.Count == delivery.Recipients.Count ? "failed" : "partial";
        if (again.Count == 0)
            return Fail(judgements, failed, delivered, CircuitEvidence.Answer, expired: false, label);
        if (judgements.IsExpired)
            return Fail(judgements, [.. failed, .. again], delivered, CircuitEvidence.Answer, expired: true, label);
        var after = outcome.Recipients.Select(recipient => (recipient.Outcome as DeliveryOutcome.RetryLater)?.After).Max();
        List<SpooledDelivery> added = [.. Delivered(judgements, delivered)];
        List<DeliveryEnd> ends = [.. judgements.Ends(delivered, DeliveryState.Delivered)];
        if (failed.Count > 0)
        {
            var next = NextDestination(facts);
            added.Add(next is null ? judgements.Split(ids.Next(), failed, DeliveryState.Dead) : HandOver(facts, failed, next));
            if (next is null)
                ends.AddRange(judgements.Ends(failed, DeliveryState.Dead));
        }
        return judgements.Retry(again, after, added, ends, CircuitEvidence.Answer, label);
    }

    /// <summary>Applies <c>on_failure</c> to the recipients that failed; nothing of the delivery stays open.</summary>
    private OutcomeJudgement Fail(
        JudgementBuilder judgements, IReadOnlyList<MailRecipient> failed, List<MailRecipient> delivered, CircuitEvidence evidence,
        bool expired, string label)
    {
        var facts = judgements.Facts;
        var reply = judgements.Replies.To(failed);
        List<SpooledDelivery> added = [.. Delivered(judgements, delivered)];
        List<DeliveryEnd> ends = [.. judgements.Ends(delivered, DeliveryState.Delivered)];
        if (NextDestination(facts) is { } next)
        {
            added.Add(HandOver(facts, failed, next));
            var handedOver = reply with { Text = $"handed over to {next}: {reply.Text}" };
            return judgements.Finish(DeliveryState.Cancelled, failed, handedOver, added, ends, evidence, label);
        }
        ends.AddRange(judgements.Ends(failed, DeliveryState.Dead, expired));
        var last = expired && facts.WasTried ? reply with { Text = $"given up after {judgements.Made} attempts: {reply.Text}" } : reply;
        return judgements.Finish(DeliveryState.Dead, failed, last, added, ends, evidence, label);
    }

    private IEnumerable<SpooledDelivery> Delivered(JudgementBuilder judgements, List<MailRecipient> delivered) =>
        delivered.Count == 0 ? [] : [judgements.Split(ids.Next(), delivered, DeliveryState.Delivered)];

    /// <summary>
    /// The destination that <c>on_failure</c> names; null when the failure is final. A destination that has already given the mail up
    /// doesn't get it again: two destinations that name each other would pass it back and forth forever.
    /// </summary>
    private static string? NextDestination(AttemptFacts facts)
    {
        var next = facts.Destination.OnFailure;
        var isFinal = NotDestinations.Contains(next, StringComparer.Ordinal) || next == facts.Destination.Name ||
            facts.Delivery.FailedDestinations.Contains(next, StringComparer.Ordinal);
        return isFinal ? null : next;
    }

    /// <summary>The rule's options are dropped: they were meant for the destination that failed.</summary>
    private SpooledDelivery HandOver(AttemptFacts facts, IReadOnlyList<MailRecipient> recipients, string next) => facts.Delivery with
    {
        Id = ids.Next(),
        Version = 0,
        Destination = next,
        Recipients = [.. recipients.Select(recipient => recipient with { Reply = null })],
        OptionsJson = null,
        FailedDestinations = [.. facts.Delivery.FailedDestinations, facts.Destination.Name],
        State = DeliveryState.Pending,
        Attempts = 0,
        CreatedAt = facts.Now,
        QueuedAt = null,
        NextAttemptAt = facts.Now,
        LastReply = null,
    };

    private static List<MailRecipient> RecipientsWith<T>(SpooledDelivery delivery, DeliveryOutcome.PerRecipient outcome)
        where T : DeliveryOutcome =>
        [.. delivery.Recipients.Where(recipient => outcome.Recipients.Any(one => one.Recipient == recipient && one.Outcome is T))];
}
