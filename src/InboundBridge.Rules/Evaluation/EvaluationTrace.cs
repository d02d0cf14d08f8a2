using InboundBridge.Rules.Conditions;

namespace InboundBridge.Rules.Evaluation;

/// <summary>Which conditions were asked, what they saw and what they answered; kept only while a decision is explained.</summary>
internal sealed class EvaluationTrace
{
    private readonly Dictionary<Condition, (Truth Answer, string? Actual)> _answers = new(ReferenceEqualityComparer.Instance);

    /// <summary>Rules that were asked, each with its answer.</summary>
    public Dictionary<Rule, Truth> Rules { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The value is kept at once: vars and tags change as evaluation goes on.</summary>
    public void Note(Condition condition, Truth truth, EvaluationState state) => _answers[condition] = (truth, condition.Actual(state));

    public Truth? AnswerOf(Condition condition) => _answers.TryGetValue(condition, out var noted) ? noted.Answer : null;

    public string? ActualOf(Condition condition) => _answers.TryGetValue(condition, out var noted) ? noted.Actual : null;
}
