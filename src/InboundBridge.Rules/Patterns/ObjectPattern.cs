using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Patterns;

/// <summary>
/// <c>{ starts_with: …, not: … }</c>: one value must satisfy all tests. <c>not</c> holds when no value matches, and so for an absent fact.
/// </summary>
internal sealed class ObjectPattern(IReadOnlyList<ValuePattern> tests, bool? exists, ValuePattern? not) : ValuePattern
{
    private readonly ValuePattern[] _tests = [.. tests];

    public IReadOnlyList<ValuePattern> Tests => _tests;

    /// <summary>What must not match; null: nothing.</summary>
    public ValuePattern? Not => not;

    public override IEnumerable<string> Captures => _tests.SelectMany(test => test.Captures);

    public override bool Matches(in FactValue value, PatternContext context)
    {
        if (exists is { } wanted && wanted != (value.Shape != FactShape.Absent))
            return false;
        if (not is not null)
        {
            var before = context.Captures.Count;
            var excluded = not.Matches(value, context);
            context.Rewind(before);
            if (excluded)
                return false;
        }
        return _tests.Length == 0 || AnyValue(value, context);
    }

    private bool AnyValue(in FactValue value, PatternContext context)
    {
        if (value.Shape != FactShape.Texts)
            return AllTests(value, context);
        foreach (var text in value.Texts)
        {
            if (AllTests(FactValue.Of(text), context))
                return true;
        }
        return false;
    }

    private bool AllTests(in FactValue value, PatternContext context)
    {
        var before = context.Captures.Count;
        foreach (var test in _tests)
        {
            if (test.Matches(value, context))
                continue;
            context.Rewind(before);
            return false;
        }
        return true;
    }
}

/// <summary><c>tls: true</c>: the fact has some value; <c>tls: false</c>: it has none.</summary>
internal sealed class ExistsPattern(bool wanted) : ValuePattern
{
    public override bool Matches(in FactValue value, PatternContext context) => wanted == (value.Shape != FactShape.Absent);
}
