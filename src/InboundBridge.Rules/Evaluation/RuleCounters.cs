namespace InboundBridge.Rules.Evaluation;

/// <summary>The counters of one rule.</summary>
public abstract class RuleCounters
{
    /// <summary>Counts nothing.</summary>
    public static RuleCounters None { get; } = new Nothing();

    /// <summary>The rule matched for a recipient.</summary>
    public virtual void Matched()
    {
    }

    /// <summary>The rule could not be carried out.</summary>
    public virtual void Failed()
    {
    }

    private sealed class Nothing : RuleCounters;
}
