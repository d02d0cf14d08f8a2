using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Where rules count. This project knows no metrics library: the host overrides what it
/// wants to count. Labels are names of rules and stages only.
/// </summary>
public abstract class RuleMetrics
{
    /// <summary>Counts nothing.</summary>
    public static RuleMetrics None { get; } = new Nothing();

    /// <summary>The counters of one rule. A rule asks once, when it first matches or fails.</summary>
    public virtual RuleCounters ForRule(string name) => RuleCounters.None;

    /// <param name="elapsed">Time of one evaluation for one recipient, scripts included.</param>
    public virtual void Evaluated(RuleStage stage, TimeSpan elapsed)
    {
    }

    private sealed class Nothing : RuleMetrics;
}
