using InboundBridge.Rules.Conditions;

namespace InboundBridge.Rules.Evaluation;

/// <summary>Which conditions were asked, and what they answered; kept only while a decision is explained.</summary>
internal sealed class EvaluationTrace
{
    private readonly Dictionary<Condition, Truth> _answers = new(ReferenceEqualityComparer.Instance);

    /// <summary>Rules that were asked, each with its answer.</summary>
    public Dictionary<Rule, Truth> Rules { get; } = new(ReferenceEqualityComparer.Instance);

    public void Note(Condition condition, Truth truth) => _answers[condition] = truth;

    public Truth? AnswerOf(Condition condition) => _answers.TryGetValue(condition, out var truth) ? truth : null;
}
