using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Loading;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Linting;

/// <summary>Warns about patterns that can't match any value of their fact.</summary>
internal static class ConditionLint
{
    public static void Run(Condition condition, LoadContext context)
    {
        switch (condition)
        {
            case FactCondition { Fact.Values: { } values } fact:
                foreach (var literal in Words(fact.Value).OfType<LiteralPattern>()
                    .Where(literal => !values.Contains(literal.Text, StringComparer.OrdinalIgnoreCase)))
                    context.Problems.Warn(fact.Position, $"'{fact.Label}' is never '{literal.Text}'",
                        NearestName.Hint(literal.Text, [.. values]));
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
            if (domain is { Length: > 0 } && !context.Environment.Domains.Any(accepted => Covers(accepted, domain)))
                context.Problems.Warn(condition.Position, $"no mail is accepted for '{domain}', so this never matches",
                    NearestName.Hint(domain, [.. context.Environment.Domains]));
        }
    }

    private static string? After(string text) => text.LastIndexOf('@') is >= 0 and var at ? text[(at + 1)..] : null;

    private static bool Covers(string accepted, string domain) => accepted.StartsWith("*.", StringComparison.Ordinal)
        ? domain.EndsWith(accepted[1..], StringComparison.OrdinalIgnoreCase)
        : string.Equals(accepted, domain, StringComparison.OrdinalIgnoreCase);

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
