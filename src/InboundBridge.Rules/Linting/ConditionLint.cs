using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Loading;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Linting;

/// <summary>Reports patterns that can't match any value of their fact.</summary>
internal static class ConditionLint
{
    public static void Run(Condition condition, LoadContext context)
    {
        switch (condition)
        {
            case FactCondition fact when FactWords.Of(fact.Fact, context.Environment) is { } words:
                Impossible(fact, words, context.Problems);
                break;
            case FactCondition sender when sender.Fact == Fact.Sender
                && Texts(sender.Value).OfType<LiteralPattern>().Any(literal => literal.Text == "<>"):
                context.Problems.Warn(sender.Position, "'sender' is never '<>': a bounce's sender is empty", "write \"\"");
                break;
            case FactCondition tls when tls.Fact == Fact.Tls
                && Texts(tls.Value).OfType<LiteralPattern>()
                .FirstOrDefault(literal => !literal.Text.StartsWith("TLSv", StringComparison.OrdinalIgnoreCase)) is { } version:
                context.Problems.Warn(tls.Position, $"'tls' is never '{ShownText.Cut(version.Text)}'",
                    "true, false, or a version as TLSv1.3");
                break;
            case FactCondition fact when fact.Fact == Fact.Text || fact.Fact == Fact.Html:
                WholeBody(fact, fact.Value, context.Problems);
                break;
            case RecipientCondition recipient when context.Environment.Domains.Count > 0:
                Domains(recipient, context);
                break;
        }
    }

    /// <summary>
    /// A word that the fact never has is an error, like a misspelt key: the rule that refuses forged mail would never apply. Where other
    /// values may exist, and for patterns that match none, it is a warning.
    /// </summary>
    private static void Impossible(FactCondition fact, FactWords words, SourceProblems problems)
    {
        var context = new PatternContext();
        foreach (var pattern in Words(fact.Value).Where(pattern => !words.Values.Any(word => pattern.MatchesText(word, context))))
        {
            var text = pattern is LiteralPattern literal
                ? $"'{fact.Label}' is never '{ShownText.Cut(literal.Text)}'"
                : $"a pattern on '{fact.Label}' matches none of its values: {ShownText.Cut(fact.Pattern)}";
            var hint = words.Hint(pattern is LiteralPattern word ? word.Text : string.Empty);
            if (words.AreAll && pattern is LiteralPattern)
                problems.Error(fact.Position, text, hint);
            else
                problems.Warn(fact.Position, text, hint);
        }
    }

    private static void WholeBody(Condition condition, ValuePattern pattern, SourceProblems problems)
    {
        if (Texts(pattern).OfType<LiteralPattern>().FirstOrDefault() is { Text.Length: > 0 } literal && pattern is not ObjectPattern)
            problems.Warn(condition.Position, $"'{condition.Label}' is compared as a whole with '{ShownText.Cut(literal.Text)}'",
                $"\"*{ShownText.Cut(literal.Text)}*\" or contains: finds it anywhere");
    }

    private static void Domains(RecipientCondition condition, LoadContext context)
    {
        foreach (var pattern in Texts(condition.Value))
        {
            var domain = (condition.Part, pattern) switch
            {
                (AddressPart.Address, LiteralPattern literal) => After(literal.Text),
                (AddressPart.Address, GlobPattern glob) => After(glob.Suffix),
                (AddressPart.Domain, LiteralPattern literal) => literal.Text,
                _ => null,
            };
            if (domain is { Length: > 0 } && !context.Environment.Accepts(domain))
                context.Problems.Warn(condition.Position, $"no mail is accepted for '{domain}', so this never matches",
                    NearestName.Hint(domain, [.. context.Environment.Domains]));
        }
    }

    private static string? After(string text) => text.LastIndexOf('@') is >= 0 and var at ? text[(at + 1)..] : null;

    /// <summary>The text patterns that a pattern consists of, negated ones too: a wrong word there excludes nothing.</summary>
    private static IEnumerable<TextPattern> Words(ValuePattern pattern) => pattern switch
    {
        AnyOfPattern any => any.Patterns.SelectMany(Words),
        ObjectPattern tests => [.. tests.Tests.SelectMany(Words), .. tests.Not is { } not ? Words(not) : []],
        _ => Texts(pattern),
    };

    /// <summary>The text patterns that a pattern consists of, without negated ones.</summary>
    private static IEnumerable<TextPattern> Texts(ValuePattern pattern) => pattern switch
    {
        TextSetPattern set => set.Patterns,
        TextPattern text => [text],
        AnyOfPattern any => any.Patterns.SelectMany(Texts),
        ObjectPattern tests => tests.Tests.SelectMany(Texts),
        _ => [],
    };
}
