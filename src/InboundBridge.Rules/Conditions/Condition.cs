using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary>One question about a message and a recipient. Immutable, shared by concurrent evaluations.</summary>
/// <param name="label">How a trace names it: its key.</param>
internal abstract class Condition(SourcePosition position, string label)
{
    public SourcePosition Position => position;

    public string Label => label;

    /// <summary>Of the dearest fact it may ask for (<see cref="Facts.FactCost"/>).</summary>
    public abstract int Cost { get; }

    /// <summary>Names that it captures when it holds.</summary>
    public virtual IEnumerable<string> Captures => [];

    public virtual IReadOnlyList<Condition> Children => [];

    /// <summary>What is asked, for traces: the pattern as written.</summary>
    public virtual string? Pattern => null;

    /// <summary>It looks at what its own rule captures, so it has to wait for the rule's other conditions.</summary>
    public virtual bool NeedsOwnCaptures => Children.Any(child => child.NeedsOwnCaptures);

    public Truth Evaluate(EvaluationState state)
    {
        var truth = Ask(state);
        state.Trace?.NoteCondition(this, truth, Actual(state));
        return truth;
    }

    /// <summary>The value it looked at, for traces; asked only after it answered.</summary>
    public virtual string? Actual(EvaluationState state) => null;

    /// <summary>Captures only where the answer is true; names missing facts in the state where it is unknown.</summary>
    protected abstract Truth Ask(EvaluationState state);
}
