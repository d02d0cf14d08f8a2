using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Sources;

/// <summary>A configuration's tree with <c>${…}</c> filled in, which remembers what was written.</summary>
internal sealed class ExpandedTree
{
    /// <summary>A cap on nesting: aliases may nest deeper than the reader's cap, and code recurses over this tree.</summary>
    private const int MaximumDepth = 64;

    private readonly Dictionary<YamlNode, string> _written = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<YamlNode> _broken = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<YamlNode, string> _emptied = new(ReferenceEqualityComparer.Instance);
    private readonly Expansion _expansion;
    private readonly SourceProblems _problems;

    public ExpandedTree(YamlNode root, Expansion expansion, SourceProblems problems)
    {
        _expansion = expansion;
        _problems = problems;
        Root = Expand(root, 0);
    }

    public YamlNode Root { get; }

    /// <summary>The text before expansion; null when the node contained no expression.</summary>
    public string? OriginalText(YamlNode node) => _written.GetValueOrDefault(node);

    /// <summary>A variable or file in the text of a node that is empty and has no default. Null when there is none.</summary>
    public string? EmptiedBy(YamlNode node) => _emptied.GetValueOrDefault(node);

    /// <summary>Its expression could not be expanded. That was reported, so no other problem of its value is.</summary>
    public bool IsBroken(YamlNode node) => _broken.Contains(node);

    /// <summary>The node at keys and list indexes, or null.</summary>
    public YamlNode? Find(params ReadOnlySpan<string> path)
    {
        YamlNode? node = Root;
        foreach (var step in path)
            node = node switch
            {
                YamlMapping mapping => mapping[step],
                YamlSequence list when int.TryParse(step, out var index) && index >= 0 && index < list.Items.Count => list.Items[index],
                _ => null,
            };
        return node;
    }

    private YamlNode Expand(YamlNode node, int depth)
    {
        if (depth > MaximumDepth)
        {
            _problems.Error(node.Position, $"nested more than {MaximumDepth} deep");
            return new YamlScalar(node.Position, string.Empty, IsPlain: true);
        }
        return node switch
        {
            YamlScalar scalar => Expand(scalar),
            YamlSequence list => list with { Items = [.. list.Items.Select(item => Expand(item, depth + 1))] },
            YamlMapping mapping =>
                mapping with { Entries = [.. mapping.Entries.Select(entry => entry with { Value = Expand(entry.Value, depth + 1) })] },
            _ => node,
        };
    }

    private YamlScalar Expand(YamlScalar scalar)
    {
        if (!scalar.Value.Contains("${", StringComparison.Ordinal))
            return scalar with { };
        var found = new SourceProblems();
        var expanded = new YamlScalar(scalar.Position, _expansion.Expand(scalar, found, out var empty), IsPlain: false);
        _problems.AddRange(found.Items);
        if (found.HasErrors)
            _broken.Add(expanded);
        if (empty is not null)
            _emptied[expanded] = empty;
        _written[expanded] = scalar.Value;
        return expanded;
    }
}
