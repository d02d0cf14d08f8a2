using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;

namespace InboundBridge.MailFlow.Routing;

/// <summary>What the rules make of one message: where it goes, and what each recipient is told. Refusals stand in the order of the recipients.</summary>
/// <param name="Deliveries">Grouped: recipients that share destination, rule, vars, tags and edits share a delivery.</param>
/// <param name="Refusals">One entry a recipient; null where the recipient is accepted (discarded ones are).</param>
public sealed record RoutePlan(IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<RuleRefusal?> Refusals)
{
    /// <summary>The decisions behind the refusals, in the order of the recipients; empty where nobody is refused.</summary>
    internal IReadOnlyList<RuleDecision?> Refused { get; init; } = [];

    /// <summary>
    /// The refusal of the message as a whole: when every recipient is refused, or when one must be tried again later. A temporary refusal wins over
    /// everything, because accepting the others would leave its recipient with neither the mail nor a second try.
    /// </summary>
    public RuleRefusal? Whole => WholeOf(Refusals);

    /// <summary>As <see cref="Whole"/>, of refusals in the order of the recipients.</summary>
    internal static RuleRefusal? WholeOf(IReadOnlyList<RuleRefusal?> refusals)
    {
        var refused = 0;
        for (var index = 0; index < refusals.Count; index++)
        {
            if (refusals[index] is not { } refusal)
                continue;
            if (refusal.Kind == RuleRefusalKind.Defer)
                return refusal;
            refused++;
        }
        return refused == refusals.Count ? refusals[0] : null;
    }

    /// <summary>Some recipient is told no, be it only one of many.</summary>
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
