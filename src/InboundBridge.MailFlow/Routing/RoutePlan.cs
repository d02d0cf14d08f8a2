using InboundBridge.MailFlow.Spool;
using InboundBridge.Rules;

namespace InboundBridge.MailFlow.Routing;

/// <summary>What the rules make of one message: where it goes, and what each recipient is told. Refusals stand in the order of the recipients.</summary>
/// <param name="Deliveries">Grouped: recipients that share destination, rule, vars, tags and edits share a delivery.</param>
/// <param name="Refusals">One entry a recipient; null where the recipient is accepted (discarded ones are).</param>
public sealed record RoutePlan(IReadOnlyList<SpooledDelivery> Deliveries, IReadOnlyList<RuleRefusal?> Refusals)
{
    /// <summary>
    /// The refusal of the message as a whole: when every recipient is refused, or when one must be tried again later. A temporary refusal wins over
    /// everything, because accepting the others would leave its recipient with neither the mail nor a second try.
    /// </summary>
    public RuleRefusal? Whole =>
        Refusals.FirstOrDefault(refusal => refusal is { Kind: RuleRefusalKind.Defer })
        ?? (Refusals.All(refusal => refusal is not null) ? Refusals[0] : null);
}
