using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>Compiles the value of a condition: a text, a list, or a mapping of operators.</summary>
internal sealed class PatternReader(LoadContext context)
{
    public static readonly string[] Operators = ["equals", "contains", "starts_with", "ends_with", "matches", "in", "exists", "not"];

    private static readonly string[] NotForNumbers = ["contains", "starts_with", "ends_with", "matches"];

    private SourceProblems Problems => context.Problems;

    /// <param name="isSwitch">A plain true or false asks whether there is a value.</param>
    /// <returns>Null when a problem was reported.</returns>
    public ValuePattern? Read(YamlNode node, FactType kind, bool isSwitch = false)
    {
        if (isSwitch && YamlShape.AsBoolean(node) is { } wanted)
            return new ExistsPattern(wanted);
        if (isSwitch && YamlAdvice.ForSwitch(node) is { } advice)
            return Report(node, $"{node.Describe()} is a text in YAML 1.2",
                $"{advice}, or \"{((YamlScalar)node).Value}\" in quotes for the text");
        if (YamlAdvice.ForTemplate(node) is { } template
            && !Operators.Contains(((YamlMapping)node).Entries[0].Key.Value, StringComparer.Ordinal))
            return Report(node, "a pattern must not be a mapping without values", template);
        return node switch
        {
            YamlScalar scalar => Single(scalar, kind),
            YamlSequence { Items.Count: 0 } => Report(node, "an empty list matches nothing"),
            YamlSequence sequence => AnyOf([.. sequence.Items.Select(item => Read(item, kind))]),
            YamlMapping mapping => Object(mapping, kind),
            _ => null,
        };
    }

    public ValuePattern? Single(YamlScalar scalar, FactType kind)
    {
        if (scalar.IsNull)
            return Report(scalar, "a pattern is missing", "exists: false asks for what is not there");
        return kind switch
        {
            FactType.Number or FactType.Attachments => NumberPattern.Compile(scalar.Value, scalar.Position, Problems),
            FactType.Address => AddressRangePattern.Compile(scalar.Value, scalar.Position, Problems),
            FactType.Instant => InstantPattern.Compile(scalar.Value, scalar.Position, Problems),
            _ => Text(scalar),
        };
    }

    /// <summary>A pattern that matches when one of these does; found by hash where all are texts without captures.</summary>
    public static ValuePattern? AnyOf(IReadOnlyList<ValuePattern?> patterns)
    {
        if (patterns.Any(pattern => pattern is null))
            return null;
        if (patterns is [{ } only])
            return only;
        return patterns.All(pattern => pattern is TextPattern && !pattern.Captures.Any())
            ? new TextSetPattern(patterns.OfType<TextPattern>())
            : new AnyOfPattern([.. patterns.OfType<ValuePattern>()]);
    }

    private ValuePattern? Text(YamlScalar scalar)
    {
        if (RegexPattern.IsWritten(scalar.Value))
            return RegexPattern.Compile(scalar.Value, scalar.Position, context.NextOrdinal(), Problems);
        PatternLint.LooksLikeRegex(scalar, Problems);
        return GlobPattern.Compile(scalar.Value, scalar.Position, context.NextOrdinal(), Problems);
    }

    private ObjectPattern? Object(YamlMapping mapping, FactType kind)
    {
        if (mapping.Entries.Count == 0)
        {
            Report(mapping, "a pattern is missing");
            return null;
        }
        var tests = new List<ValuePattern>();
        bool? exists = null;
        ValuePattern? not = null;
        var good = true;
        foreach (var (key, value) in mapping.Entries.Select(entry => (entry.Key, entry.Value)))
        {
            if (kind != FactType.Text && NotForNumbers.Contains(key.Value, StringComparer.Ordinal))
            {
                Problems.Error(key.Position, $"'{key.Value}' is for texts only");
                good = false;
                continue;
            }
            switch (key.Value)
            {
                case "exists":
                    exists = YamlShape.Boolean(value, "'exists'", Problems);
                    good &= exists is not null;
                    break;
                case "not":
                    not = Read(value, kind);
                    good &= not is not null;
                    break;
                default:
                    var test = Operator(key, value, kind);
                    good &= test is not null;
                    if (test is not null)
                        tests.Add(test);
                    break;
            }
        }
        return good ? new ObjectPattern(tests, exists, not) : null;
    }

    private ValuePattern? Operator(YamlScalar key, YamlNode value, FactType kind)
    {
        switch (key.Value)
        {
            case "equals":
                return AnyOf([.. YamlShape.Items(value).Select(item => kind == FactType.Text ? Literal(item) : Read(item, kind))]);
            case "contains":
                return AnyOf([.. YamlShape.Items(value).Select(item => Part(item, PartPlace.Anywhere))]);
            case "starts_with":
                return AnyOf([.. YamlShape.Items(value).Select(item => Part(item, PartPlace.Start))]);
            case "ends_with":
                return AnyOf([.. YamlShape.Items(value).Select(item => Part(item, PartPlace.End))]);
            case "matches":
                return Read(value, kind);
            case "in":
                return value is YamlScalar { IsNull: false } name ? context.Lists.Find(name, kind, this, context) : Read(value, kind);
            default:
                YamlShape.UnknownKey(key, "pattern", Operators, Problems);
                return null;
        }
    }

    private LiteralPattern? Literal(YamlNode node) =>
        YamlShape.Text(node, "'equals'", Problems) is { } text ? new LiteralPattern(text) : null;

    private PartPattern? Part(YamlNode node, PartPlace place)
    {
        if (YamlShape.Text(node, "it", Problems) is not { } text)
            return null;
        if (text.Length > 0)
            return new PartPattern(text, place);
        Report(node, "an empty text is part of everything");
        return null;
    }

    private ValuePattern? Report(YamlNode node, string text, string? hint = null)
    {
        Problems.Error(node.Position, text, hint);
        return null;
    }
}
