using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;

namespace InboundBridge.MailFlow.Routing;

/// <summary>
/// The rules in force: an immutable snapshot that a transaction uses from MAIL to its end,
/// so that a reload can't mix two rule sets for one message.
/// </summary>
public sealed record RoutingPolicy
{
    public required RuleSet Rules { get; init; }

    public required RuleEvaluator Evaluator { get; init; }

    public required RulesDefault Default { get; init; }

    /// <summary>Stored with every message that this policy decides.</summary>
    public required string ConfigVersion { get; init; }

    /// <summary>
    /// Gives the delivery of a bounce whose recipient is a sender that a relay rewrote; no rule decides about it. Null for all other
    /// recipients.
    /// </summary>
    public Func<RuleRecipient, DateTimeOffset, RuleDelivery?> Returned { get; init; } = static (_, _) => null;

    /// <summary>Null where no second rule set is tried out.</summary>
    public ShadowRules? Shadow { get; init; }

    /// <summary>Mail is only tried out: decisions count no hits.</summary>
    public bool IsDryRun { get; init; }
}
