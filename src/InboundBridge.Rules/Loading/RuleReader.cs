using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>Compiles one entry of <c>rules</c>.</summary>
internal sealed class RuleReader(LoadContext context)
{
    public static readonly string[] Keys = ["name", "enabled", "when", "then", "continue"];

    /// <summary>The rules that were read, each with the names that it uses.</summary>
    public List<(Rule Rule, IReadOnlyList<NameUse> Uses)> Rules { get; } = [];

    private readonly Dictionary<string, SourcePosition> _names = new(StringComparer.Ordinal);

    public void Read(YamlNode node)
    {
        var problems = context.Problems;
        if (YamlShape.Mapping(node, "a rule", problems) is not { } mapping)
            return;
        YamlShape.OnlyKeys(mapping, "key of a rule", Keys, problems);
        var name = Name(mapping);
        context.RuleName = name ?? string.Empty;
        context.Uses.Clear();
        context.OwnCaptures.Clear();
        var when = mapping["when"] is { } whenNode and not YamlScalar { IsNull: true } ? When(whenNode)
            : new AllCondition(mapping.Position, []);
        var then = mapping["then"] is { } thenNode ? new ActionReader(context).Read(thenNode) : null;
        if (mapping["then"] is null)
            problems.Error(mapping.Position, "a rule needs 'then'", "what happens when it matches: webhook, reject, tag …");
        var enabled = mapping["enabled"] is not { } enabledNode || (YamlShape.Boolean(enabledNode, "'enabled'", problems) ?? true);
        var goesOn = mapping["continue"] is { } continueNode && (YamlShape.Boolean(continueNode, "'continue'", problems) ?? false);
        if (name is not null && when is not null && then is not null)
            Rules.Add((new Rule(name, mapping.Position, when, then) { Enabled = enabled, Continue = goesOn }, [.. context.Uses]));
    }

    private string? Name(YamlMapping mapping)
    {
        if (mapping["name"] is not { } node)
        {
            context.Problems.Error(mapping.Position, "a rule needs a name");
            return null;
        }
        if (YamlShape.Text(node, "'name'", context.Problems) is not { } name)
            return null;
        if (name.Length is 0 or > 200 || name.Any(char.IsControl))
            context.Problems.Error(node.Position, "a name is one line of 1 to 200 characters");
        if (!_names.TryAdd(name, node.Position))
            context.Problems.Error(node.Position, $"there are two rules '{name}'", $"the other one stands at {_names[name]}");
        return name;
    }

    private Condition? When(YamlNode node)
    {
        GatherCaptures(node, isVars: false);
        return new ConditionReader(context).Read(node);
    }

    /// <summary>
    /// A <c>vars</c> condition must know whether its own rule captures the name in any condition, so captures are collected before
    /// conditions are compiled.
    /// </summary>
    private void GatherCaptures(YamlNode node, bool isVars)
    {
        switch (node)
        {
            case YamlScalar scalar when !isVars && scalar.Value.AsSpan().IndexOfAny('{', '<') >= 0:
                var ignored = new SourceProblems();
                var pattern = RegexPattern.IsWritten(scalar.Value)
                    ? RegexPattern.Compile(scalar.Value, scalar.Position, 0, ignored)
                    : (ValuePattern?)GlobPattern.Compile(scalar.Value, scalar.Position, 0, ignored);
                context.OwnCaptures.UnionWith(pattern?.Captures ?? []);
                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                    GatherCaptures(item, isVars);
                break;
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries.Where(entry => entry.Key.Value is not ("not" or "script")))
                    GatherCaptures(entry.Value, entry.Key.Value == "vars");
                break;
        }
    }
}
