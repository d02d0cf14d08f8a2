using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Routing;

/// <summary>What the rules decide for one message: its deliveries, and the refusal of each recipient.</summary>
/// <param name="Deliveries">Grouped: recipients that share destination, rule, vars, tags and edits share a delivery.</param>
/// <param name="Refusals">
/// One entry for each recipient, in their order; null where the recipient is accepted. A discarded recipient is accepted.
/// </param>
public sealed record RoutePlan(IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<RoutedRefusal?> Refusals)
{
    /// <summary>
    /// The refusal of the message as a whole: when every recipient is refused, or when one is deferred. A temporary refusal has priority,
    /// because accepting the message for others would leave the deferred recipient without the mail and without another attempt.
    /// </summary>
    public RoutedRefusal? Whole => WholeOf(Refusals);

    /// <summary>Like <see cref="Whole"/>, for refusals in the order of the recipients.</summary>
    internal static RoutedRefusal? WholeOf(IReadOnlyList<RoutedRefusal?> refusals)
    {
        var refused = 0;
        for (var index = 0; index < refusals.Count; index++)
        {
            if (refusals[index] is not { } refusal)
                continue;
            if (refusal.IsTemporary)
                return refusal;
            refused++;
        }
        return refused == refusals.Count ? refusals[0] : null;
    }

    /// <summary>No recipient is left.</summary>
    public bool RefusesAll
    {
        get
        {
            for (var index = 0; index < Refusals.Count; index++)
            {
                if (Refusals[index] is null)
                    return false;
            }
            return true;
        }
    }

    /// <summary>At least one recipient is refused.</summary>
    public bool RefusesAny
    {
        get
        {
            for (var index = 0; index < Refusals.Count; index++)
            {
                if (Refusals[index] is not null)
                    return true;
            }
            return false;
        }
    }
}
