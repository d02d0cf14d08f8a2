using InboundBridge.Rules.Contract;

namespace InboundBridge.MailFlow.Routing;

/// <summary>The refusal of one recipient, and the decision that it comes from.</summary>
/// <param name="Reply">What the client is told. Never a discard.</param>
/// <param name="Decision">Not certain where a fact that the rules need can't be found out now.</param>
public sealed record RoutedRefusal(RuleRefusal Reply, RuleDecision Decision)
{
    /// <summary>The label of rules that don't decide, so that <c>rules.default</c> does.</summary>
    public const string ByDefault = "rules.default";

    /// <summary>What the operator is told beyond the reply: which fact is missing, and why.</summary>
    public string? Detail { get; init; }

    /// <summary>The destination that was asked before the mail was accepted, and did not take it; null where the rules refuse.</summary>
    public string? Destination { get; init; }

    /// <summary>The client may try again.</summary>
    public bool IsTemporary => Reply.Kind == RuleRefusalKind.Defer;

    /// <summary>The rule that refuses, or that waits for a fact.</summary>
    public string Rule => Decision.Rule ?? Decision.WaitingRule ?? ByDefault;

    /// <summary>The label of metrics and log (docs/smtp.md, "Refusals").</summary>
    public string Reason => Destination is not null ? (IsTemporary ? "webhook_defer" : "webhook_reject")
        : !Decision.IsCertain ? "fact_unavailable" : IsTemporary ? "rule_defer" : "rule_reject";
}
