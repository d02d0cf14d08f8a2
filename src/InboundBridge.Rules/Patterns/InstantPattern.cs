using System.Globalization;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Patterns;

/// <summary>
/// Compares a date with a fixed instant (<c>"&lt; 2026-01-01"</c>) or with one relative to now
/// (<c>"&lt; -7d"</c>: more than a week ago; <c>"&gt; +1h"</c>).
/// </summary>
internal sealed class InstantPattern(Comparison comparison, DateTimeOffset? instant, TimeSpan offset) : ValuePattern
{
    public static InstantPattern? Compile(string text, SourcePosition position, SourceProblems problems)
    {
        var (comparison, rest) = ComparisonReader.Read(text);
        if (rest.Length > 0 && rest[0] is '-' or '+' && Quantity.TryParseDuration(rest.AsSpan(1), out var offset))
            return new InstantPattern(comparison, null, rest[0] == '-' ? -offset : offset);
        if (DateTimeOffset.TryParse(rest, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return new InstantPattern(comparison, instant, default);
        problems.Error(position, $"'{text}' is not a date",
            "as in \"< 2026-01-31\", \"> 2026-01-31T12:00Z\", \"< -7d\" (older than a week) or \"> +1h\"");
        return null;
    }

    public override bool Matches(in FactValue value, PatternContext context) =>
        value.Shape == FactShape.Instant && ComparisonReader.Holds(comparison, value.Instant.CompareTo(instant ?? context.Now + offset));
}
