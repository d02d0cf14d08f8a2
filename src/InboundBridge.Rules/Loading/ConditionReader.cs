using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.Scripting;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>
/// Compiles <c>when</c>. A new condition is a class in Conditions and a line in <see cref="Special"/>; a new fact needs neither.
/// </summary>
internal sealed class ConditionReader
{
    private static readonly Dictionary<string, Func<ConditionReader, YamlScalar, YamlNode,
        Condition?>> Special = new(StringComparer.Ordinal)
        {
            ["all"] = (reader, key, value) => reader.Several(key, value, conditions => new AllCondition(key.Position, conditions)),
            ["any"] = (reader, key, value) => reader.Several(key, value, conditions => new AnyCondition(key.Position, conditions)),
            ["not"] = (reader, key, value) => reader.Not(key, value),
            ["recipient"] = (reader, key, value) => reader.Recipient(key, value, AddressPart.Address),
            ["recipient_local"] = (reader, key, value) => reader.Recipient(key, value, AddressPart.Local),
            ["recipient_tag"] = (reader, key, value) => reader.Recipient(key, value, AddressPart.Tag),
            ["recipient_domain"] = (reader, key, value) => reader.Recipient(key, value, AddressPart.Domain),
            ["header"] = (reader, key, value) => reader.Named(key, value, reader.Header),
            ["vars"] = (reader, key, value) => reader.Named(key, value, reader.Var),
            ["body"] = (reader, key, value) =>
                reader.Pattern(value) is { } pattern ? new BodyCondition(key.Position, pattern, YamlText.Write(value)) : null,
            ["tagged"] = (reader, key, value) =>
                reader.Pattern(value) is { } pattern ? new TaggedCondition(key.Position, pattern, YamlText.Write(value)) : null,
            ["attachment"] = (reader, key, value) => AttachmentReader.Read(key, value, reader._patterns, reader._context),
            ["sample"] = (reader, key, value) => SampleReader.Read(key, value, reader._context),
            ["time"] = (reader, key, value) => TimeReader.Read(key, value, reader._context),
            ["script"] = (reader, key, value) =>
                ScriptReader.Read(value, ScriptPurpose.Condition, reader._context) is { } source ? new ScriptCondition(key.Position, source)
                : null,
        };

    private readonly LoadContext _context;
    private readonly PatternReader _patterns;

    public ConditionReader(LoadContext context)
    {
        _context = context;
        _patterns = new PatternReader(context);
    }

    /// <summary>Every key of <c>when</c>.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. Special.Keys,
        .. Fact.All.Where(fact => fact.IsCondition).Select(fact => fact.Key)];

    /// <summary>All keys of a mapping must hold; null when a problem was reported.</summary>
    public Condition? Read(YamlNode node, string what = "'when'")
    {
        if (node is YamlSequence sequence)
            return Several(new YamlScalar(node.Position, "all", IsPlain: true), sequence, conditions =>
                new AllCondition(node.Position, conditions));
        if (YamlShape.Mapping(node, what, _context.Problems) is not { } mapping)
            return null;
        var conditions = mapping.Entries.Select(entry => One(entry.Key, entry.Value)).ToList();
        if (conditions.Contains(null))
            return null;
        return conditions is [{ } only] ? only : new AllCondition(node.Position, conditions.OfType<Condition>().ToList());
    }

    private Condition? One(YamlScalar key, YamlNode value)
    {
        if (Special.TryGetValue(key.Value, out var read))
            return read(this, key, value);
        if (!Fact.TryFindCondition(key.Value, out var fact))
        {
            YamlShape.UnknownKey(key, "condition", Keys, _context.Problems);
            return null;
        }
        var pattern = _patterns.Read(value, fact.Type, fact.IsSwitch);
        return pattern is null ? null : new FactCondition(key.Position, fact, pattern, YamlText.Write(value));
    }

    private ValuePattern? Pattern(YamlNode value) => _patterns.Read(value, FactType.Text);

    private Condition? Several(YamlScalar key, YamlNode value, Func<List<Condition>, Condition> make)
    {
        var items = YamlShape.Items(value);
        if (items.Count == 0)
        {
            _context.Problems.Error(value.Position, $"'{key.Value}' is empty");
            return null;
        }
        var conditions = items.Select(item => Read(item, $"each entry of '{key.Value}'")).ToList();
        return conditions.Contains(null) ? null : make(conditions.OfType<Condition>().ToList());
    }

    private NotCondition? Not(YamlScalar key, YamlNode value)
    {
        var child = value is YamlSequence
            ? Several(key, value, conditions => new AnyCondition(value.Position, conditions))
            : Read(value, "'not'");
        return child is null ? null : new NotCondition(key.Position, child);
    }

    private RecipientCondition? Recipient(YamlScalar key, YamlNode value, AddressPart part) =>
        _patterns.Read(value, FactType.Text, isSwitch: part == AddressPart.Tag) is { } pattern
            ? new RecipientCondition(key.Position, key.Value, part, pattern, YamlText.Write(value))
            : null;

    private Condition? Named(YamlScalar key, YamlNode value, Func<YamlScalar, YamlNode, Condition?> read)
    {
        if (YamlShape.Mapping(value, $"'{key.Value}'", _context.Problems) is not { } mapping)
            return null;
        if (mapping.Entries.Count == 0)
        {
            _context.Problems.Error(value.Position, $"'{key.Value}' is empty", "name: pattern");
            return null;
        }
        var conditions = mapping.Entries.Select(entry => read(entry.Key, entry.Value)).ToList();
        if (conditions.Contains(null))
            return null;
        return conditions is [{ } only] ? only : new AllCondition(key.Position, conditions.OfType<Condition>().ToList());
    }

    private HeaderCondition? Header(YamlScalar name, YamlNode value)
    {
        if (!HeaderName.IsGood(name.Value))
            _context.Problems.Error(name.Position, $"'{name.Value}' is not a header name");
        return _patterns.Read(value, FactType.Text, isSwitch: true) is { } pattern
            ? new HeaderCondition(name.Position, name.Value, pattern, YamlText.Write(value))
            : null;
    }

    private VarsCondition? Var(YamlScalar name, YamlNode value)
    {
        _context.Uses.Add(new NameUse(name.Value, name.Position, IsTemplate: false));
        return _patterns.Read(value, FactType.Text, isSwitch: true) is { } pattern
            ? new VarsCondition(name.Position, name.Value, pattern, YamlText.Write(value), _context.OwnCaptures.Contains(name.Value))
            : null;
    }
}
