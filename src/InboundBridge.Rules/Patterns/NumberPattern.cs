using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Patterns;

internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>How comparisons are written: <c>"&gt; 5"</c>, <c>"&lt;= 1MB"</c>, <c>"= 3"</c>, or a value alone.</summary>
internal static class ComparisonReader
{
    public static (Comparison Comparison, string Operand) Read(string text)
    {
        text = text.Trim();
        foreach (var (sign, comparison) in Signs)
        {
            if (text.StartsWith(sign, StringComparison.Ordinal))
                return (comparison, text[sign.Length..].Trim());
        }
        return (Comparison.Equal, text);
    }

    public static bool Holds(Comparison comparison, int order) => comparison switch
    {
        Comparison.Equal => order == 0,
        Comparison.NotEqual => order != 0,
        Comparison.Less => order < 0,
        Comparison.LessOrEqual => order <= 0,
        Comparison.Greater => order > 0,
        _ => order >= 0,
    };

    private static readonly (string Sign, Comparison Comparison)[] Signs =
    [
        (">=", Comparison.GreaterOrEqual), ("<=", Comparison.LessOrEqual), ("!=", Comparison.NotEqual),
        (">", Comparison.Greater), ("<", Comparison.Less), ("==", Comparison.Equal), ("=", Comparison.Equal),
    ];
}

/// <summary><c>"&gt; 5"</c>, <c>"&lt;= 10MB"</c>, <c>3</c>, <c>"1MB..10MB"</c> (both ends included).</summary>
internal sealed class NumberPattern(Comparison comparison, double number, double? upTo) : ValuePattern
{
    public static NumberPattern? Compile(string text, SourcePosition position, SourceProblems problems)
    {
        var range = text.IndexOf("..", StringComparison.Ordinal);
        if (range > 0 && Quantity.TryParse(text.AsSpan(0, range), out var from) && Quantity.TryParse(text.AsSpan(range + 2), out var to))
        {
            if (from > to)
                problems.Error(position, $"'{text}' is empty: it begins behind its end");
            return new NumberPattern(Comparison.GreaterOrEqual, from, to);
        }
        var (comparison, rest) = ComparisonReader.Read(text);
        if (Quantity.TryParse(rest, out var number))
            return new NumberPattern(comparison, number, null);
        problems.Error(position, $"'{text}' is not a number or a comparison", "as in 5, \"> 5\", \"<= 10MB\" or \"1MB..10MB\"");
        return null;
    }

    public override bool Matches(in FactValue value, PatternContext context) =>
        value.Shape == FactShape.Number && ComparisonReader.Holds(comparison, value.Number.CompareTo(number))
            && (upTo is null || value.Number <= upTo);
}
