using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>Builds the judgement of one attempt.</summary>
internal sealed class JudgementBuilder(AttemptFacts facts, RecipientReplies replies)
{
    public AttemptFacts Facts => facts;

    public RecipientReplies Replies => replies;

    /// <summary>Attempts that were made of the delivery.</summary>
    public int Made => facts.Delivery.Attempts + (facts.WasTried ? 1 : 0);

    public bool IsExpired => facts.Age >= facts.Destination.Retry.MaximumAge;

    /// <summary>The delivery ends in a state that the destination decided for all its recipients.</summary>
    public OutcomeJudgement End(DeliveryState state, string label)
    {
        var recipients = facts.Delivery.Recipients;
        return Finish(state, recipients, replies.To(recipients), [], Ends(recipients, state), CircuitEvidence.Answer, label);
    }

    public OutcomeJudgement Finish(
        DeliveryState state, IReadOnlyList<MailRecipient> recipients, DeliveryReply lastReply, IReadOnlyList<SpooledDelivery> added,
        IReadOnlyList<DeliveryEnd> ends, CircuitEvidence evidence, string label) =>
        new(
            Complete(added, label, recipients, facts.Delivery with
            {
                Recipients = replies.Mark(recipients),
                State = state,
                Attempts = Made,
                NextAttemptAt = DueOf(state),
                EndedAt = facts.Now,
                LastReply = lastReply.Cut(),
            }),
            ends, evidence, null, label);

    public OutcomeJudgement Retry(
        IReadOnlyList<MailRecipient> recipients, TimeSpan? after, IReadOnlyList<SpooledDelivery> added, IReadOnlyList<DeliveryEnd> ends,
        CircuitEvidence evidence, string label)
    {
        if (facts.Destination.OnDemand)
            return new(Complete(added, label, recipients, Again(recipients, NextLook)), ends, evidence, null, label);
        var retry = facts.Destination.Retry;
        var wait = RetrySchedule.Wait(retry, facts.Delivery.Attempts + 1, after, facts.Sample);
        // The last attempt is made when the maximum age is reached, not long after it.
        var left = retry.MaximumAge - facts.Age;
        var next = facts.Now + (wait < left ? wait : left);
        return new(Complete(added, label, recipients, Again(recipients, next)), ends, evidence, null, label);
    }

    /// <summary>Nobody has collected the delivery yet. That is put on record like an attempt where its sender has to hear of it.</summary>
    public OutcomeJudgement Wait()
    {
        var isNews = OnDemandWait.IsNews(facts);
        var completion = new DeliveryCompletion
        {
            Delivery = facts.Delivery with
            {
                NextAttemptAt = NextLook,
                LastReply = isNews ? replies.All : facts.Delivery.LastReply,
            },
            Claim = facts.Claim,
            Attempt = isNews ? new FailedAttempt(Made, facts.Started, facts.Duration, "waiting", replies.All) : null,
        };
        return new(completion, [], CircuitEvidence.None, null, "waiting");
    }

    private DateTimeOffset NextLook =>
        facts.Now + OnDemandWait.From(facts.Age, facts.Destination.Retry.MaximumAge, facts.NoticeAfter);

    /// <summary>The delivery stays due, so that it is tried as soon as the destination is resumed.</summary>
    public OutcomeJudgement Pause() => new(
        Complete([], "paused", facts.Delivery.Recipients, Again(facts.Delivery.Recipients, facts.Now)), [], CircuitEvidence.Answer,
        replies.All.Text, "paused");

    /// <summary>A delivery of their own for recipients that have ended.</summary>
    public SpooledDelivery Split(string id, IReadOnlyList<MailRecipient> recipients, DeliveryState state) => facts.Delivery with
    {
        Id = id,
        Version = 0,
        Recipients = replies.Mark(recipients),
        State = state,
        Attempts = Made,
        NextAttemptAt = DueOf(state),
        EndedAt = facts.Now,
        LastReply = replies.To(recipients),
    };

    /// <summary>What was delivered is due no more: when its last attempt began is kept there instead, by the clock of its end.</summary>
    private DateTimeOffset DueOf(DeliveryState state) =>
        state == DeliveryState.Delivered ? facts.Now - facts.Duration : facts.Delivery.NextAttemptAt;

    public IReadOnlyList<DeliveryEnd> Ends(IReadOnlyList<MailRecipient> recipients, DeliveryState state, bool expired = false)
    {
        if (recipients.Count == 0)
            return [];
        if (state != DeliveryState.Delivered || !AsksForSuccess(facts.Message.Envelope))
            return [EndOf(recipients, state, expired, tookNotify: false)];
        // The servers of different domains may differ in whether they answer NOTIFY.
        var took = recipients.Where(replies.TookNotify).ToList();
        return took.Count == 0 || took.Count == recipients.Count
            ? [EndOf(recipients, state, expired, took.Count > 0)]
            : [EndOf(took, state, expired, true), EndOf([.. recipients.Except(took)], state, expired, false)];
    }

    private static bool AsksForSuccess(MailEnvelope envelope)
    {
        for (var index = 0; index < envelope.Recipients.Count; index++)
        {
            if (envelope.Recipients[index].Notify.HasFlag(RecipientNotify.Success))
                return true;
        }
        return false;
    }

    private DeliveryEnd EndOf(IReadOnlyList<MailRecipient> recipients, DeliveryState state, bool expired, bool tookNotify) =>
        new(facts.Delivery, facts.Message, replies.Mark(recipients), state, replies.To(recipients), expired, facts.Destination)
        {
            TookNotify = tookNotify,
        };

    private SpooledDelivery Again(IReadOnlyList<MailRecipient> recipients, DateTimeOffset next) => facts.Delivery with
    {
        Recipients = replies.Mark(recipients),
        State = DeliveryState.Retrying,
        Attempts = Made,
        NextAttemptAt = next,
        LastReply = replies.To(recipients),
    };

    /// <param name="recipients">
    /// The delivery's recipients from now on. The attempt's record has their replies without what the last reply adds ("given up after …").
    /// </param>
    private DeliveryCompletion Complete(
        IReadOnlyList<SpooledDelivery> added, string label, IReadOnlyList<MailRecipient> recipients, SpooledDelivery delivery) => new()
        {
            Delivery = delivery,
            Claim = facts.Claim,
            KeepsClaim = !facts.Destination.OnDemand && facts.Terms.Covers(facts.Now, delivery.NextAttemptAt),
            RecipientsChanged = recipients.Count != facts.Delivery.Recipients.Count || RecipientReplies.AnyIn(delivery.Recipients) ||
            RecipientReplies.AnyIn(facts.Delivery.Recipients),
            Added = added,
            Attempt = delivery.State == DeliveryState.Delivered
            ? null
            : new FailedAttempt(Made, facts.Started, facts.Duration, label, replies.To(recipients)),
        };
}
