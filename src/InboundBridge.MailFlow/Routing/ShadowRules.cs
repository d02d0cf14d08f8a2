using InboundBridge.Rules.Evaluation;

namespace InboundBridge.MailFlow.Routing;

/// <summary>A second rule set that is asked about live mail and never acts (configuration <c>rules.shadow</c>).</summary>
/// <param name="Rules">What is tried out.</param>
/// <param name="Evaluator">With script workers of its own, so that live mail never waits for them.</param>
public sealed record ShadowRules(RuleSet Rules, RuleEvaluator Evaluator);
