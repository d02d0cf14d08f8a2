using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>
/// Decides what follows from a destination's answer about a mail that is not accepted yet: a refusal, or what an attempt of the queue with
/// the same outcome would record.
/// </summary>
internal sealed class AskJudge(
    OutcomeJudge judge, ClaimTerms terms, SteadyClock time, Random jitter, QueueMetrics metrics, ILogger log)
{
    /// <summary>The outcome in <c>delivery_attempts_total</c>.</summary>
    private const string RefusedLabel = "refused";

    public AskVerdict Judge(DestinationQueue destination, DeliveryAttempt attempt, DeliveryOutcome outcome, DateTimeOffset startedAt)
    {
        var duration = attempt.Ask!.Whole - attempt.Ask.Left;
        if (outcome is DeliveryOutcome.Refused refused)
        {
            metrics.Of(destination).Attempted(RefusedLabel, duration);
            return new AskVerdict(
                Refuse(attempt, refused, duration), refused.Answered ? CircuitEvidence.Answer : CircuitEvidence.Failure, null,
                refused.Reply.Text);
        }
        var delivery = attempt.Delivery;
        var claim = new DeliveryClaim(delivery.Id, terms.Owner, ClaimTerms.FirstFence);
        var facts = new AttemptFacts(
            delivery, attempt.Message, destination.Options, startedAt, duration, time.Now, duration, NextSample(), claim, terms);
        var judgement = judge.Judge(facts, outcome);
        metrics.Of(destination).Attempted(judgement.Label, duration);
        var answer = new AskAnswer(judgement.Completion.Delivery)
        {
            Added = judgement.Completion.Added,
            Asked = destination,
            Duration = duration,
            Attempt = judgement.Completion.Attempt,
            Ends = judgement.Ends,
        };
        return new AskVerdict(answer, judgement.Evidence, judgement.PauseReason, outcome.Reply.Text);
    }

    private AskAnswer Refuse(DeliveryAttempt attempt, DeliveryOutcome.Refused refused, TimeSpan duration)
    {
        var (delivery, reply) = (attempt.Delivery, refused.Reply.Cut());
        QueueLog.Refused(
            log, delivery.MessageId, AskedIds.ForReceivers(delivery.Id), delivery.Destination, refused.IsTemporary, duration.TotalSeconds,
            reply.Text);
        return new AskAnswer(delivery)
        {
            Refusal = new AskRefusal(delivery.Destination, refused.IsTemporary, refused.Words, $"{delivery.Destination}: {reply.Text}"),
        };
    }

    private double NextSample()
    {
        lock (jitter)
            return jitter.NextDouble();
    }
}
