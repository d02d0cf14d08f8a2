using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>
/// The named lists of all rule files. An entry is compiled as the type of pattern that a condition needs, once for each type.
/// </summary>
internal sealed class ListCatalog
{
    private const int MostEntries = 1_000_000;

    private readonly Dictionary<string, IReadOnlyList<YamlScalar>> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, FactType Kind), ValuePattern?> _compiled = [];

    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, SourcePosition> Positions => _positions;

    private readonly Dictionary<string, SourcePosition> _positions = new(StringComparer.Ordinal);

    public void Read(YamlNode node, LoadContext context)
    {
        if (YamlShape.Mapping(node, "'lists'", context.Problems) is not { } lists)
            return;
        foreach (var (key, value) in lists.Entries.Select(entry => (entry.Key, entry.Value)))
        {
            if (!_positions.TryAdd(key.Value, key.Position))
                context.Problems.Error(key.Position, $"there are two lists '{key.Value}'",
                    $"the other one stands at {_positions[key.Value]}");
            else
                _entries[key.Value] = value is YamlMapping mapping ? FromFile(mapping, context) : Inline(value, context);
        }
    }

    /// <summary>Null when a problem was reported: the list does not exist, or an entry is wrong.</summary>
    public ValuePattern? Find(YamlScalar name, FactType kind, PatternReader reader, LoadContext context)
    {
        if (!_entries.TryGetValue(name.Value, out var entries))
        {
            context.Problems.Error(name.Position, $"there is no list '{name.Value}'", NearestName.Hint(name.Value, _entries.Keys));
            return null;
        }
        Used.Add(name.Value);
        if (!_compiled.TryGetValue((name.Value, kind), out var pattern))
            _compiled[(name.Value, kind)] = pattern = PatternReader.AnyOf([.. entries.Select(entry => reader.Single(entry, kind))]);
        return pattern;
    }

    private static List<YamlScalar> Inline(YamlNode node, LoadContext context)
    {
        var entries = new List<YamlScalar>();
        foreach (var item in YamlShape.Items(node))
        {
            if (item is YamlScalar { IsNull: false } scalar)
                entries.Add(scalar);
            else
                context.Problems.Error(item.Position, $"a list entry must be a text, not {item.Describe()}");
        }
        return entries;
    }

    private static List<YamlScalar> FromFile(YamlMapping mapping, LoadContext context)
    {
        YamlShape.OnlyKeys(mapping, "key of a list", ["file"], context.Problems);
        var entries = new List<YamlScalar>();
        if (mapping["file"] is not { } path || context.ReadFile(path) is not { } text)
            return entries;
        var line = 0;
        foreach (var written in text.AsSpan().EnumerateLines())
        {
            line++;
            var entry = written.Trim();
            if (entry.IsEmpty || entry[0] == '#')
                continue;
            if (entries.Count == MostEntries)
            {
                context.Problems.Error(path.Position, "the list is too long", $"at most {MostEntries} entries");
                break;
            }
            entries.Add(new YamlScalar(new SourcePosition(((YamlScalar)path).Value, line, 1), entry.ToString(), IsPlain: true));
        }
        return entries;
    }
}
