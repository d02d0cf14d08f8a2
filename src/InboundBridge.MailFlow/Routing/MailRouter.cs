using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Routing;

/// <summary>Evaluates the rules for each recipient, and turns their decisions into deliveries and refusals.</summary>
/// <param name="metrics">Where matches and failures of rules are counted; null: nowhere.</param>
public sealed class MailRouter(MessageIdSource ids, TimeProvider clock, RoutingLog log, RuleMetrics? metrics = null)
{
    private static readonly RuleDecision WithoutRule = new() { IsCertain = true };

    private static readonly RuleRefusal NotHere = new(RuleRefusalKind.Reject, 550, "5.7.1", "Not accepted here");

    private static readonly RuleRefusal NotKnownNow = new(
        RuleRefusalKind.Defer, 451, "4.3.0", "A check of this message can't be made now, try again later");

    /// <summary>
    /// The refusal of one recipient, if it is certain at <paramref name="stage"/>; null otherwise. Never a discard: the message is
    /// received, and the plan for the whole message discards it. A caller that gives the refusal to the client calls
    /// <see cref="Count(RoutingPolicy, MessageFacts, RoutedRefusal, DateTimeOffset)"/>; a caller that goes on will ask for the plan.
    /// </summary>
    /// <param name="now">The same instant at every stage of a message, so that the answer of <c>time</c> stays the same.</param>
    public static ValueTask<RoutedRefusal?> RefusalAsync(
        RoutingPolicy policy, MessageFacts facts, RuleRecipient recipient, RuleStage stage, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var decided = policy.Evaluator.EvaluateAsync(policy.Rules, facts, recipient, stage, now, cancellationToken);
        // Without scripts and checks, evaluation completes synchronously.
        return decided.IsCompletedSuccessfully ? new ValueTask<RoutedRefusal?>(CertainRefusal(decided.Result, policy))
            : CertainRefusalAsync(decided, policy);
    }

    private static async ValueTask<RoutedRefusal?> CertainRefusalAsync(ValueTask<RuleDecision> decided, RoutingPolicy policy) =>
        CertainRefusal(await decided, policy);

    private static RoutedRefusal? CertainRefusal(RuleDecision decision, RoutingPolicy policy) =>
        decision.IsCertain && RefusalOf(decision, policy) is { Kind: not RuleRefusalKind.Discard } refusal
            ? new RoutedRefusal(refusal, decision) : null;

    /// <summary>Counts and logs the rules behind a refusal before the plan, when the client is told.</summary>
    public void Count(RoutingPolicy policy, MessageFacts facts, RoutedRefusal refusal, DateTimeOffset now) =>
        Count(policy, facts, refusal.Decision, now);

    private void Count(RoutingPolicy policy, MessageFacts facts, RuleDecision decision, DateTimeOffset now)
    {
        if (!policy.IsDryRun)
            policy.Rules.CountHits(decision, now, metrics);
        log.Decided(facts.Id, decision);
    }

    /// <summary>
    /// The plan for the whole message, which has arrived. A recipient for whom the rules need a fact that can't be found out now is
    /// deferred: unknown means temporary.
    /// </summary>
    public async ValueTask<RoutePlan> PlanAsync(
        RoutingPolicy policy, MessageFacts facts, IReadOnlyList<RuleRecipient> recipients, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var grouping = new DeliveryGrouping(ids, facts.Id, clock.GetUtcNow());
        var refusals = new RoutedRefusal?[recipients.Count];
        for (var index = 0; index < recipients.Count; index++)
        {
            var recipient = recipients[index];
            if (policy.Returned(recipient, now) is { } returned)
            {
                grouping.Add(recipient.Address, WithoutRule, returned);
                continue;
            }
            var decision = await policy.Evaluator.EvaluateAsync(policy.Rules, facts, recipient, RuleStage.Body, now, cancellationToken);
            if (!decision.IsCertain)
            {
                refusals[index] = new RoutedRefusal(NotKnownNow, decision) { Detail = UnknownFacts.Tell(decision, facts) };
                continue;
            }
            Count(policy, facts, decision, now);
            if (RefusalOf(decision, policy) is not { } refusal)
                AddDeliveries(grouping, recipient, decision, policy);
            else if (refusal.Kind != RuleRefusalKind.Discard)
                refusals[index] = new RoutedRefusal(refusal, decision);
        }
        return new RoutePlan(grouping.ToDeliveries(), refusals);
    }

    /// <summary>
    /// Records for recipients that the rules refused after the data of a message that was accepted for others. Each is a dead delivery: it
    /// documents the refusal, and an operator can release it to a destination (docs/rules.md, "When only some recipients are refused").
    /// </summary>
    internal IEnumerable<SpooledDelivery> RefusedAfterData(string messageId, IReadOnlyList<RuleRecipient> recipients, RoutePlan plan,
        DateTimeOffset now)
    {
        for (var index = 0; index < recipients.Count; index++)
        {
            if (plan.Refusals[index] is not { } refusal)
                continue;
            var (reply, decision) = refusal;
            yield return new SpooledDelivery
            {
                Id = ids.Next(),
                MessageId = messageId,
                Destination = string.Empty,
                Recipients = [new MailRecipient(recipients[index].Address)],
                Rule = decision.Rule,
                Tags = decision.Tags,
                Vars = decision.Vars,
                HeaderEdits = DeliveryGrouping.EditsOf(decision),
                State = DeliveryState.Dead,
                CreatedAt = now,
                NextAttemptAt = now,
                EndedAt = now,
                LastReply = new DeliveryReply(reply.Code, reply.Enhanced, $"{reply.Code} {reply.Enhanced} {reply.Text}", null),
            };
        }
    }

    private static RuleRefusal? RefusalOf(RuleDecision decision, RoutingPolicy policy)
    {
        if (decision.Refusal is not null || decision.Deliveries.Count > 0)
            return decision.Refusal;
        return policy.Default switch
        {
            RulesDefault.Reject => NotHere,
            RulesDefault.Discard => new RuleRefusal(RuleRefusalKind.Discard, 250, "2.0.0", "Accepted"),
            _ => null,
        };
    }

    private static void AddDeliveries(DeliveryGrouping grouping, RuleRecipient recipient, RuleDecision decision, RoutingPolicy policy)
    {
        foreach (var delivery in decision.Deliveries)
            grouping.Add(recipient.Address, decision, delivery);
        if (decision.Deliveries.Count > 0)
            return;
        grouping.Add(recipient.Address, decision, policy.Default switch
        {
            RulesDefault.Deliver deliver => new RuleDelivery(deliver.Destination, recipient.Address, null, null),
            _ => new RuleDelivery(null, recipient.Address, null, "no rule decided"),
        });
    }
}
