using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Routing;

/// <summary>Evaluates the rules for each recipient, and turns their decisions into deliveries and refusals.</summary>
/// <param name="metrics">Where matches and failures of rules are counted; null: nowhere.</param>
public sealed class MailRouter(MessageIdSource ids, TimeProvider clock, RoutingLog log, RuleMetrics? metrics = null)
{
    private static readonly RuleRefusal NotHere = new(RuleRefusalKind.Reject, 550, "5.7.1", "Not accepted here");

    /// <summary>
    /// The refusal of one recipient, if it is certain at <paramref name="stage"/>; null otherwise. Never a discard: the message is
    /// received, and the plan for the whole message discards it.
    /// </summary>
    /// <param name="now">The same instant at every stage of a message, so that the answer of <c>time</c> stays the same.</param>
    public ValueTask<RuleRefusal?> RefusalAsync(
        RoutingPolicy policy, MessageFacts facts, RuleRecipient recipient, RuleStage stage, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var decided = policy.Evaluator.EvaluateAsync(policy.Rules, facts, recipient, stage, now, cancellationToken);
        // Without scripts and checks, evaluation completes synchronously.
        return decided.IsCompletedSuccessfully ? new ValueTask<RuleRefusal?>(CertainRefusal(decided.Result, policy, facts))
            : CertainRefusalAsync(decided, policy, facts);
    }

    private async ValueTask<RuleRefusal?> CertainRefusalAsync(ValueTask<RuleDecision> decided, RoutingPolicy policy, MessageFacts facts) =>
        CertainRefusal(await decided, policy, facts);

    private RuleRefusal? CertainRefusal(RuleDecision decision, RoutingPolicy policy, MessageFacts facts)
    {
        if (!decision.IsCertain)
            return null;
        var refusal = RefusalOf(decision, policy);
        if (refusal is not null)
            log.Decided(facts.Id, decision);
        return refusal is { Kind: RuleRefusalKind.Discard } ? null : refusal;
    }

    /// <summary>The plan for the whole message, which has arrived.</summary>
    /// <exception cref="InvalidOperationException">
    /// The rules need a fact that nothing supplies, or whose check failed: the message is deferred.
    /// </exception>
    public async ValueTask<RoutePlan> PlanAsync(
        RoutingPolicy policy, MessageFacts facts, IReadOnlyList<RuleRecipient> recipients, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var grouping = new DeliveryGrouping(ids, facts.Id, clock.GetUtcNow());
        var refusals = new RuleRefusal?[recipients.Count];
        RuleDecision?[]? refused = null;
        for (var index = 0; index < recipients.Count; index++)
        {
            var recipient = recipients[index];
            var decision = await policy.Evaluator.EvaluateAsync(policy.Rules, facts, recipient, RuleStage.Body, now, cancellationToken);
            if (!decision.IsCertain)
                throw new InvalidOperationException($"the rules can't decide for {recipient.Address}: {WhyUnknown(facts, decision)}");
            if (!policy.IsDryRun)
                policy.Rules.CountHits(decision, now, metrics);
            log.Decided(facts.Id, decision);
            if (RefusalOf(decision, policy) is { } refusal)
            {
                if (refusal.Kind != RuleRefusalKind.Discard)
                {
                    refusals[index] = refusal;
                    (refused ??= new RuleDecision?[recipients.Count])[index] = decision;
                }
                continue;
            }
            AddDeliveries(grouping, recipient, decision, policy);
        }
        return new RoutePlan(grouping.ToDeliveries(), refusals) { Refused = refused ?? [] };
    }

    private static string WhyUnknown(MessageFacts facts, RuleDecision decision)
    {
        var failures = decision.MissingFacts.Select(facts.FailureOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return failures.Count > 0 ? string.Join(", ", failures) : $"nothing supplies {string.Join(", ", decision.MissingFacts)}";
    }

    /// <summary>
    /// Records for recipients that the rules refused after the data of a message that was accepted for others. Each is a dead delivery: it
    /// documents the refusal, and an operator can release it to a destination (docs/rules.md, "Some recipients refused after the data").
    /// </summary>
    internal IEnumerable<SpooledDelivery> RefusedAfterData(string messageId, IReadOnlyList<RuleRecipient> recipients, RoutePlan plan,
        DateTimeOffset now)
    {
        for (var index = 0; index < recipients.Count; index++)
        {
            if (plan.Refusals[index] is not { } refusal)
                continue;
            var decision = plan.Refused[index]!;
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
                LastReply = new DeliveryReply(refusal.Code, refusal.Enhanced, $"{refusal.Code} {refusal.Enhanced} {refusal.Text}", null),
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
