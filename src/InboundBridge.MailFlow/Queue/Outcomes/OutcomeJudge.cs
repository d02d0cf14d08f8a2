using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Outcomes;

/// <summary>
/// Turns an outcome into what is recorded. When recipients fared differently, those that go on keep the delivery and its id; the others go into deliveries of
/// their own, so that each delivery has one state and none of its recipients is tried twice.
/// </summary>
internal sealed class OutcomeJudge(MessageIdSource ids)
{
    private static readonly string[] NotDestinations = ["dead_letter", "bounce"];

    public OutcomeJudgement Judge(AttemptFacts facts, DeliveryOutcome outcome)
    {
        var verdict = new Verdict(facts, Cut(outcome.Reply)) { Each = outcome as DeliveryOutcome.PerRecipient };
        switch (outcome)
        {
            case DeliveryOutcome.Delivered:
                return verdict.End(DeliveryState.Delivered, CircuitEvidence.Answer, "delivered");
            case DeliveryOutcome.Discarded:
                return verdict.End(DeliveryState.Cancelled, CircuitEvidence.Answer, "discarded");
            case DeliveryOutcome.Failed:
                return Fail(verdict, facts.Delivery.Recipients, [], CircuitEvidence.Answer, expired: false, "failed");
            case DeliveryOutcome.PauseDestination:
                return verdict.Pause();
            case DeliveryOutcome.RetryLater retry:
                var evidence = retry.Answered ? CircuitEvidence.Answer : CircuitEvidence.Failure;
                return verdict.IsExpired
                    ? Fail(verdict, facts.Delivery.Recipients, [], evidence, expired: true, "failed")
                    : verdict.Retry(facts.Delivery.Recipients, retry.After, [], [], evidence, "retry");
            case DeliveryOutcome.PerRecipient each:
                return JudgeEach(verdict, each);
            default:
                throw new InvalidOperationException($"{outcome.GetType().Name} is not an outcome");
        }
    }

    private OutcomeJudgement JudgeEach(Verdict verdict, DeliveryOutcome.PerRecipient outcome)
    {
        var delivery = verdict.Facts.Delivery;
        var delivered = Those<DeliveryOutcome.Delivered>(delivery, outcome);
        var failed = Those<DeliveryOutcome.Failed>(delivery, outcome);
        // Whom the target said nothing about is tried again: unknown means temporary.
        var again = delivery.Recipients.Except(delivered).Except(failed).ToList();
        if (again.Count == 0 && failed.Count == 0)
            return verdict.End(DeliveryState.Delivered, CircuitEvidence.Answer, "delivered");
        var label = again.Count == delivery.Recipients.Count ? "retry" : failed.Count == delivery.Recipients.Count ? "failed" : "partial";
        if (again.Count == 0)
            return Fail(verdict, failed, delivered, CircuitEvidence.Answer, expired: false, label);
        if (verdict.IsExpired)
            return Fail(verdict, [.. failed, .. again], delivered, CircuitEvidence.Answer, expired: true, label);
        var after = outcome.Recipients.Select(recipient => (recipient.Outcome as DeliveryOutcome.RetryLater)?.After).Max();
        List<SpooledDelivery> added = [.. Delivered(verdict, delivered)];
        List<DeliveryEnd> ends = [.. verdict.Ended(delivered, DeliveryState.Delivered)];
        if (failed.Count > 0)
        {
            added.Add(NextDestination(verdict.Facts) is { } next
                ? HandOver(verdict.Facts, failed, next)
                : verdict.Split(ids.Next(), failed, DeliveryState.Dead));
            if (NextDestination(verdict.Facts) is null)
                ends.AddRange(verdict.Ended(failed, DeliveryState.Dead));
        }
        return verdict.Retry(again, after, added, ends, CircuitEvidence.Answer, label);
    }

    /// <summary><c>on_failure</c> for all that is left of the delivery.</summary>
    private OutcomeJudgement Fail(
        Verdict verdict, IReadOnlyList<DeliveryRecipient> failed, List<DeliveryRecipient> delivered, CircuitEvidence evidence, bool expired, string label)
    {
        List<SpooledDelivery> added = [.. Delivered(verdict, delivered)];
        List<DeliveryEnd> ends = [.. verdict.Ended(delivered, DeliveryState.Delivered)];
        if (NextDestination(verdict.Facts) is { } next)
        {
            added.Add(HandOver(verdict.Facts, failed, next));
            return verdict.Finish(DeliveryState.Cancelled, failed, Cut($"handed over to {next}: {verdict.ReplyTo(failed)}"), added, ends, evidence, label);
        }
        ends.AddRange(verdict.Ended(failed, DeliveryState.Dead, expired));
        var told = verdict.ReplyTo(failed);
        var reply = expired ? Cut($"given up after {verdict.Facts.Delivery.Attempts + 1} attempts: {told}") : told;
        return verdict.Finish(DeliveryState.Dead, failed, reply, added, ends, evidence, label);
    }

    private IEnumerable<SpooledDelivery> Delivered(Verdict verdict, List<DeliveryRecipient> delivered) =>
        delivered.Count == 0 ? [] : [verdict.Split(ids.Next(), delivered, DeliveryState.Delivered)];

    /// <summary>Null when a failure ends it. A destination that has given it up before does not get it again: two that name each other would pass it on for ever.</summary>
    private static string? NextDestination(AttemptFacts facts)
    {
        var next = facts.Destination.OnFailure;
        return NotDestinations.Contains(next, StringComparer.Ordinal) || next == facts.Destination.Name ||
            facts.Delivery.FailedDestinations.Contains(next, StringComparer.Ordinal) ? null : next;
    }

    /// <summary>The options that a rule gave belong to the destination that failed.</summary>
    private SpooledDelivery HandOver(AttemptFacts facts, IReadOnlyList<DeliveryRecipient> recipients, string next) => facts.Delivery with
    {
        Id = ids.Next(),
        Destination = next,
        Recipients = recipients,
        OptionsJson = null,
        FailedDestinations = [.. facts.Delivery.FailedDestinations, facts.Destination.Name],
        State = DeliveryState.Pending,
        Attempts = 0,
        CreatedAt = facts.Now,
        QueuedAt = null,
        NextAttemptAt = facts.Now,
        LastReply = null,
    };

    private static List<DeliveryRecipient> Those<T>(SpooledDelivery delivery, DeliveryOutcome.PerRecipient outcome)
        where T : DeliveryOutcome =>
        [.. delivery.Recipients.Where(recipient => outcome.Recipients.Any(one => one.Recipient == recipient && one.Outcome is T))];

    private static string Cut(string reply) => reply.Length <= OutcomeJudgement.ReplyLength ? reply : reply[..OutcomeJudgement.ReplyLength];

    /// <summary>Builds the judgements of one attempt.</summary>
    private sealed class Verdict(AttemptFacts facts, string reply)
    {
        public AttemptFacts Facts => facts;

        /// <summary>What each recipient was told; null where all were told the same.</summary>
        public DeliveryOutcome.PerRecipient? Each { get; init; }

        /// <summary>What these recipients were told, and nobody else: a record of one must not carry what another met.</summary>
        public string ReplyTo(IReadOnlyList<DeliveryRecipient> recipients)
        {
            if (Each is null)
                return reply;
            if (Each.Recipients is [var only] && recipients is [var asked] && only.Recipient == asked)
                return Cut(only.Outcome.Reply);
            var own = Each.Recipients.Where(one => recipients.Contains(one.Recipient)).ToList();
            return own.Select(one => one.Outcome.Reply).Distinct(StringComparer.Ordinal).Count() switch
            {
                0 => "the destination said nothing about them",
                1 => Cut(own[0].Outcome.Reply),
                _ => Cut(string.Join("; ", own.Select(one => $"{one.Recipient.Address}: {one.Outcome.Reply}"))),
            };
        }

        public bool IsExpired => facts.Age >= facts.Destination.Retry.MaximumAge;

        public OutcomeJudgement End(DeliveryState state, CircuitEvidence evidence, string label) =>
            Finish(state, facts.Delivery.Recipients, ReplyTo(facts.Delivery.Recipients), [], Ended(facts.Delivery.Recipients, state), evidence, label);

        public OutcomeJudgement Finish(
            DeliveryState state, IReadOnlyList<DeliveryRecipient> recipients, string lastReply, IReadOnlyList<SpooledDelivery> added,
            IReadOnlyList<DeliveryEnd> ends, CircuitEvidence evidence, string label) =>
            new(
                Complete(added, label, facts.Delivery with
                {
                    Recipients = recipients,
                    State = state,
                    Attempts = facts.Delivery.Attempts + 1,
                    EndedAt = facts.Now,
                    LastReply = lastReply,
                }),
                ends, evidence, null, label);

        public OutcomeJudgement Retry(
            IReadOnlyList<DeliveryRecipient> recipients, TimeSpan? after, IReadOnlyList<SpooledDelivery> added, IReadOnlyList<DeliveryEnd> ends,
            CircuitEvidence evidence, string label)
        {
            var retry = facts.Destination.Retry;
            var wait = RetrySchedule.Wait(retry, facts.Delivery.Attempts + 1, after, facts.Sample);
            // The last try is when the age is reached, not long after it.
            var left = retry.MaximumAge - facts.Age;
            var next = facts.Now + (wait < left ? wait : left);
            return new(Complete(added, label, Again(recipients, next)), ends, evidence, null, label);
        }

        /// <summary>The delivery stays due: whoever resumes the destination wants it tried.</summary>
        public OutcomeJudgement Pause() => new(
            Complete([], "paused", Again(facts.Delivery.Recipients, facts.Now)), [], CircuitEvidence.Answer, reply, "paused");

        public SpooledDelivery Split(string id, IReadOnlyList<DeliveryRecipient> recipients, DeliveryState state) => facts.Delivery with
        {
            Id = id,
            Recipients = recipients,
            State = state,
            Attempts = facts.Delivery.Attempts + 1,
            EndedAt = facts.Now,
            LastReply = ReplyTo(recipients),
        };

        public IReadOnlyList<DeliveryEnd> Ended(IReadOnlyList<DeliveryRecipient> recipients, DeliveryState state, bool expired = false) =>
            recipients.Count == 0 ? [] : [new DeliveryEnd(facts.Delivery, facts.Message, recipients, state, ReplyTo(recipients), expired, facts.Destination)];

        private SpooledDelivery Again(IReadOnlyList<DeliveryRecipient> recipients, DateTimeOffset next) => facts.Delivery with
        {
            Recipients = recipients,
            State = DeliveryState.Retrying,
            Attempts = facts.Delivery.Attempts + 1,
            NextAttemptAt = next,
            LastReply = ReplyTo(recipients),
        };

        private DeliveryCompletion Complete(IReadOnlyList<SpooledDelivery> added, string label, SpooledDelivery delivery) => new()
        {
            Delivery = delivery,
            RecipientsChanged = delivery.Recipients.Count != facts.Delivery.Recipients.Count,
            Added = added,
            Attempt = delivery.State == DeliveryState.Delivered
                ? null
                : new FailedAttempt(facts.Delivery.Attempts + 1, facts.Started, facts.Duration, label, ReplyTo(delivery.Recipients)),
        };
    }
}
