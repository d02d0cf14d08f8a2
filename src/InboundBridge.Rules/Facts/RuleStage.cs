namespace InboundBridge.Rules.Facts;

/// <summary>How far a message has come when the rules are asked (docs/rules.md, "When rules decide").</summary>
public enum RuleStage
{
    Recipient,
    Header,
    Body,
}
