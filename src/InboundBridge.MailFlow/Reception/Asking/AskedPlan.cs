using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;

namespace InboundBridge.MailFlow.Reception.Asking;

/// <summary>
/// What the answers of destinations leave of a plan. A destination that refuses a mail refuses its recipients, as a rule would: what else
/// was planned for them is not made. A deferral has priority, because after 451 the sender comes again with the whole mail.
/// </summary>
internal static class AskedPlan
{
    /// <param name="recipients">Of the transaction; the plan's refusals have their order.</param>
    /// <param name="answers">One for each delivery of the plan.</param>
    public static RoutePlan Of(IReadOnlyList<RuleRecipient> recipients, RoutePlan plan, MailAnswers answers)
    {
        RoutedRefusal?[] refusals = [.. plan.Refusals];
        foreach (var answer in answers.Deliveries)
        {
            if (answer.Refusal is { } refusal)
                Refuse(recipients, refusals, answer.Delivery, RoutedOf(answer.Delivery, refusal));
        }
        var refused = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < refusals.Length; index++)
        {
            if (refusals[index] is not null)
                refused.Add(recipients[index].Address);
        }
        var deliveries = answers.Deliveries.Where(answer => answer.Refusal is null)
            .SelectMany(answer => answer.Added.Prepend(answer.Delivery))
            .Select(delivery => Without(refused, delivery)).OfType<SpooledDelivery>();
        return new RoutePlan([.. deliveries], refusals);
    }

    private static void Refuse(
        IReadOnlyList<RuleRecipient> recipients, RoutedRefusal?[] refusals, SpooledDelivery delivery, RoutedRefusal refusal)
    {
        for (var index = 0; index < refusals.Length; index++)
        {
            var isMeant = delivery.Recipients.Any(recipient => recipient.Original == recipients[index].Address);
            if (isMeant && (refusals[index] is null || refusal.IsTemporary))
                refusals[index] = refusal;
        }
    }

    private static RoutedRefusal RoutedOf(SpooledDelivery delivery, AskRefusal refusal) => new(
        refusal.IsTemporary
            ? new RuleRefusal(RuleRefusalKind.Defer, 451, "4.3.0", RefusalText.NotNow)
            : new RuleRefusal(RuleRefusalKind.Reject, 554, "5.7.1", RefusalText.Of(refusal.Words)),
        new RuleDecision
        {
            IsCertain = true,
            Rule = delivery.Rule,
            Tags = delivery.Tags,
            Vars = delivery.Vars,
            HeaderEdits = [.. delivery.HeaderEdits.Select(edit => new HeaderEdit(edit.Name, edit.Value))],
        })
    {
        Destination = refusal.Destination,
        Detail = refusal.Detail,
    };

    /// <summary>
    /// The delivery for the recipients that are left; null where none is. What a destination has taken stays on record for all whom it was
    /// taken for, unless all of them are refused.
    /// </summary>
    private static SpooledDelivery? Without(HashSet<string> refused, SpooledDelivery delivery)
    {
        if (refused.Count == 0 || delivery.Recipients.All(recipient => !refused.Contains(recipient.Original)))
            return delivery;
        List<MailRecipient> left = [.. delivery.Recipients.Where(recipient => !refused.Contains(recipient.Original))];
        if (left.Count == 0)
            return null;
        return DeliveryTransitions.IsOpen(delivery.State) || delivery.State == DeliveryState.Held
            ? delivery with { Recipients = left } : delivery;
    }
}
