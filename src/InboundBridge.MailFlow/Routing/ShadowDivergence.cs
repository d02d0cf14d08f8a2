using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Routing;

/// <summary>A recipient that the two rule sets treat differently.</summary>
/// <param name="Stage">The stage at which the live rules decided.</param>
/// <param name="Live">What the live rules did.</param>
/// <param name="Shadow">What the shadow rules would have done.</param>
public sealed record ShadowDivergence(
    DateTimeOffset At, string MessageId, string Recipient, RuleStage Stage, string ConfigVersion, RoutedOutcome Live, RoutedOutcome Shadow)
{
    /// <summary>The rule that the metric counts: the shadow rule that decided, else the live rule.</summary>
    public string Rule => Shadow.Rule ?? Live.Rule ?? "(default)";
}
