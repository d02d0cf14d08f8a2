using InboundBridge.Rules.Facts;
using InboundBridge.Rules.State;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Conditions;

/// <summary>
/// Conjunction by Kleene's truth table, evaluated from the cheapest condition to the most expensive. Where the answer is unknown it reports
/// only the facts that the cheapest unknown condition lacks: once they are known, the others may not be needed.
/// </summary>
internal sealed class AllCondition : Condition
{
    private readonly Condition[] _byCost;

    public AllCondition(SourcePosition position, IReadOnlyList<Condition> children, string label = "all")
        : base(position, label)
    {
        Children = children;
        _byCost = [.. children.OrderBy(child => child.NeedsOwnCaptures).ThenBy(child => child.Cost)];
    }

    public override IReadOnlyList<Condition> Children { get; }

    public override int Cost => _byCost.Length == 0 ? 0 : _byCost.Max(child => child.Cost);

    public override IEnumerable<string> Captures => Children.SelectMany(child => child.Captures);

    protected override Truth Ask(EvaluationState state)
    {
        var captures = state.Patterns.Captures.Count;
        var outerMissing = state.Missing;
        var missing = FactSet.None;
        var openCost = int.MaxValue;
        foreach (var child in _byCost)
        {
            var open = openCost != int.MaxValue;
            // A script costs more than any other condition, and a condition on captures can't be evaluated before they are made.
            if (open && (child.Cost >= FactCost.Script || child.NeedsOwnCaptures))
                continue;
            state.Missing = FactSet.None;
            switch (child.Evaluate(state))
            {
                case Truth.False:
                    state.Missing = outerMissing;
                    state.Patterns.Rewind(captures);
                    return Truth.False;
                case Truth.Unknown when child.Cost <= openCost:
                    openCost = child.Cost;
                    missing = missing.With(state.Missing);
                    break;
            }
        }
        state.Missing = outerMissing.With(missing);
        if (openCost == int.MaxValue)
            return Truth.True;
        state.Patterns.Rewind(captures);
        return Truth.Unknown;
    }
}

/// <summary>
/// Disjunction by Kleene's truth table, evaluated from the cheapest condition to the most expensive. Where a branch captures, branches are
/// evaluated as written and the first that holds supplies the captures. Then an unknown branch makes those below it unknown too: it is not
/// certain whose captures count.
/// </summary>
internal sealed class AnyCondition : Condition
{
    private readonly Condition[] _inOrder;
    private readonly bool _captures;

    public AnyCondition(SourcePosition position, IReadOnlyList<Condition> children)
        : base(position, "any")
    {
        Children = children;
        _captures = children.Any(child => child.Captures.Any());
        _inOrder = _captures ? [.. children] : [.. children.OrderBy(child => child.Cost)];
    }

    public override IReadOnlyList<Condition> Children { get; }

    public override int Cost => _inOrder.Length == 0 ? 0 : _inOrder.Max(child => child.Cost);

    public override IEnumerable<string> Captures => Children.SelectMany(child => child.Captures);

    protected override Truth Ask(EvaluationState state)
    {
        var outerMissing = state.Missing;
        var missing = FactSet.None;
        var openCost = int.MaxValue;
        foreach (var child in _inOrder)
        {
            if (openCost != int.MaxValue && (_captures || child.Cost >= FactCost.Script))
                continue;
            state.Missing = FactSet.None;
            switch (child.Evaluate(state))
            {
                case Truth.True:
                    state.Missing = outerMissing;
                    return Truth.True;
                case Truth.Unknown when child.Cost <= openCost:
                    openCost = child.Cost;
                    missing = missing.With(state.Missing);
                    break;
            }
        }
        state.Missing = outerMissing.With(missing);
        return openCost == int.MaxValue ? Truth.False : Truth.Unknown;
    }
}

/// <summary>Negation. It captures nothing.</summary>
internal sealed class NotCondition(SourcePosition position, Condition child) : Condition(position, "not")
{
    public override IReadOnlyList<Condition> Children { get; } = [child];

    public override int Cost => child.Cost;

    protected override Truth Ask(EvaluationState state)
    {
        var captures = state.Patterns.Captures.Count;
        var truth = child.Evaluate(state);
        state.Patterns.Rewind(captures);
        return truth switch
        {
            Truth.True => Truth.False,
            Truth.False => Truth.True,
            _ => Truth.Unknown,
        };
    }
}
