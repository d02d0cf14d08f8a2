namespace InboundBridge.Rules.Facts;

/// <summary>How far a message has come when the rules are asked (docs/rules.md, "How a mail is decided").</summary>
public enum RuleStage
{
    /// <summary>At RCPT: connection and envelope are known.</summary>
    Recipient,

    /// <summary>The header has arrived.</summary>
    Header,

    /// <summary>The whole message has arrived.</summary>
    Body,
}

/// <summary>The order in which a message passes the stages.</summary>
public static class RuleStages
{
    public static IReadOnlyList<RuleStage> InOrder { get; } = [RuleStage.Recipient, RuleStage.Header, RuleStage.Body];

    /// <summary>A message at this stage has passed or reached the other one.</summary>
    public static bool HasReached(this RuleStage stage, RuleStage other) => stage switch
    {
        RuleStage.Recipient => other is RuleStage.Recipient,
        RuleStage.Header => other is RuleStage.Recipient or RuleStage.Header,
        RuleStage.Body => other is RuleStage.Recipient or RuleStage.Header or RuleStage.Body,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };
}
