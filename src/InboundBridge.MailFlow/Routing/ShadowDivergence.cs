using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Routing;

/// <summary>A recipient for whom the two rule sets say different things.</summary>
/// <param name="Stage">How far the mail had come when the live rules decided.</param>
/// <param name="Live">What was done.</param>
/// <param name="Shadow">What the shadow rules would have done.</param>
public sealed record ShadowDivergence(
    DateTimeOffset At, string MessageId, string Recipient, RuleStage Stage, string ConfigVersion, RoutedOutcome Live, RoutedOutcome Shadow)
{
    /// <summary>Whom it is counted for: the shadow rule that decided, else the live one.</summary>
    public string Rule => Shadow.Rule ?? Live.Rule ?? "(default)";
}
