using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary>A condition on a message and a recipient. Immutable, shared by concurrent evaluations.</summary>
/// <param name="label">Its key, by which explanations name it.</param>
internal abstract class Condition(SourcePosition position, string label)
{
    public SourcePosition Position => position;

    public string Label => label;

    /// <summary>The cost of the most expensive fact that it may ask for.</summary>
    public abstract int Cost { get; }

    /// <summary>Names of the vars that it captures when it holds.</summary>
    public virtual IEnumerable<string> Captures => [];

    public virtual IReadOnlyList<Condition> Children => [];

    /// <summary>The pattern as written, for explanations.</summary>
    public virtual string? Pattern => null;

    /// <summary>It looks at captures of its own rule, so it is evaluated behind the rule's other conditions.</summary>
    public virtual bool NeedsOwnCaptures => Children.Any(child => child.NeedsOwnCaptures);

    public Truth Evaluate(EvaluationState state)
    {
        var truth = Ask(state);
        state.Trace?.NoteCondition(this, truth, Actual(state));
        return truth;
    }

    /// <summary>The value that it looked at, for explanations; called after <see cref="Evaluate"/> only.</summary>
    public virtual string? Actual(EvaluationState state) => null;

    /// <summary>Adds captures only where the answer is true, and missing facts to the state where it is unknown.</summary>
    protected abstract Truth Ask(EvaluationState state);
}
