using InboundBridge.Rules.Evaluation;

namespace InboundBridge.MailFlow.Routing;

/// <summary>A second rule set that is evaluated on live mail and never acts (configuration <c>rules.shadow</c>).</summary>
/// <param name="Rules">The rules that are tried out.</param>
/// <param name="Evaluator">Has script workers of its own, so that live mail never waits for scripts of shadow rules.</param>
public sealed record ShadowRules(RuleSet Rules, RuleEvaluator Evaluator);
