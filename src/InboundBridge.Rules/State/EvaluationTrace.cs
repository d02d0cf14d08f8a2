namespace InboundBridge.Rules.State;

/// <summary>
/// Which rules and conditions were evaluated, which values they saw and how they answered. Recorded only while a decision is explained.
/// </summary>
internal sealed class EvaluationTrace
{
    private readonly Dictionary<object, (Truth Answer, string? Actual)> _conditions = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, Truth> _rules = new(ReferenceEqualityComparer.Instance);

    /// <param name="actual">
    /// The value as text. Vars and tags change while evaluation proceeds, so the trace stores the value of this moment.
    /// </param>
    public void NoteCondition(object condition, Truth answer, string? actual) => _conditions[condition] = (answer, actual);

    public void NoteRule(object rule, Truth answer) => _rules[rule] = answer;

    /// <summary>Null when the condition was not evaluated.</summary>
    public Truth? AnswerOfCondition(object condition) => _conditions.TryGetValue(condition, out var noted) ? noted.Answer : null;

    public string? ActualOf(object condition) => _conditions.TryGetValue(condition, out var noted) ? noted.Actual : null;

    /// <summary>Null when the rule was not evaluated.</summary>
    public Truth? AnswerOfRule(object rule) => _rules.TryGetValue(rule, out var answer) ? answer : null;
}
