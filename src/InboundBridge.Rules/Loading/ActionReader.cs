using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;
using RuleTemplate = InboundBridge.Rules.Templates.Template;

namespace InboundBridge.Rules.Loading;

/// <summary>
/// Compiles <c>then</c>. A new action is a class in Actions and a line in <see cref="Readers"/>; the actions that deliver are the kinds of
/// destination of the environment.
/// </summary>
internal sealed class ActionReader(LoadContext context)
{
    private static readonly Dictionary<string, Func<ActionReader, YamlScalar, YamlNode?, RuleAction?>> Readers = new(StringComparer.Ordinal)
    {
        ["hold"] = (reader, key, value) => reader.Hold(key, value),
        ["reject"] = (reader, key, value) => new RefuseReader(reader, reader.Problems).Read(key, value),
        ["defer"] = (reader, key, value) => new RefuseReader(reader, reader.Problems).Read(key, value),
        ["discard"] = (reader, key, value) => new RefuseReader(reader, reader.Problems).Read(key, value),
        ["tag"] = (reader, key, value) => reader.Tag(key, value),
        ["set"] = (reader, key, value) => reader.Set(key, value),
        ["add_header"] = (reader, key, value) => reader.AddHeader(key, value),
        ["remove_header"] = (reader, key, value) => reader.RemoveHeader(key, value),
        ["script"] = (reader, key, value) => reader.Script(key, value),
    };

    /// <summary>Every action that there is where these kinds of destination are.</summary>
    public static IReadOnlyList<string> KeysWith(IEnumerable<RuleDestinationKind> kinds) =>
        [.. kinds.Select(kind => kind.Name), .. Readers.Keys];

    private SourceProblems Problems => context.Problems;

    /// <summary>Null when a problem was reported.</summary>
    public IReadOnlyList<RuleAction>? Read(YamlNode node)
    {
        var before = Problems.Items.Count;
        var actions = new List<RuleAction>();
        foreach (var item in YamlShape.Items(node))
        {
            switch (item)
            {
                case YamlScalar { IsNull: false } name:
                    Add(name, null, actions);
                    break;
                case YamlMapping { Entries: [var only] }:
                    Add(only.Key, only.Value, actions);
                    break;
                case YamlMapping { Entries.Count: > 1 } mapping:
                    Problems.Error(mapping.Entries[1].Key.Position, "one action in each list entry", "put a '-' in front of it");
                    break;
                default:
                    Problems.Error(item.Position, $"an action must be a name or 'name: value', not {item.Describe()}");
                    break;
            }
        }
        if (actions.Count == 0 && Problems.Items.Count == before)
            Problems.Error(node.Position, "'then' is empty", "tag, webhook, reject …");
        if (actions.Find(action => action.Refuses) is { } refusal
            && actions.Find(action => action.Delivers || action.Refuses && action != refusal) is { } other)
            Problems.Error(other.Position, $"a rule that says '{refusal.Label}' can't say '{other.Label}' too",
                "a recipient is either refused or delivered to");
        return Problems.Items.Skip(before).Any(problem => !problem.IsWarning) ? null : actions;
    }

    /// <summary>Parses a template and records the names that it uses; null when a problem was reported.</summary>
    public Template? Template(YamlNode node, string what)
    {
        if (YamlShape.Text(node, what, Problems) is not { } text)
            return null;
        return Template(text, node.Position);
    }

    public Template? Template(string text, SourcePosition position)
    {
        var template = RuleTemplate.Parse(text, position, Problems);
        foreach (var name in template?.Names ?? [])
            context.Uses.Add(new NameUse(name, position, IsTemplate: true));
        return template;
    }

    private void Add(YamlScalar key, YamlNode? value, List<RuleAction> actions)
    {
        var given = value is YamlScalar { IsNull: true } ? null : value;
        RuleAction? action = null;
        if (context.Environment.FindKind(key.Value) is { } kind)
            action = new DeliverReader(this, context, kind).Read(key, given);
        else if (Readers.TryGetValue(key.Value, out var read))
            action = read(this, key, given);
        else
            YamlShape.UnknownKey(key, "action", KeysWith(context.Environment.Kinds), Problems);
        if (action is not null)
            actions.Add(action);
    }

    private T? Missing<T>(YamlScalar key, string example)
        where T : class
    {
        Problems.Error(key.Position, $"'{key.Value}' needs a value", example);
        return null;
    }

    private HoldAction? Hold(YamlScalar key, YamlNode? value)
    {
        if (value is null || YamlShape.AsBoolean(value) == true)
            return new HoldAction(key.Position, RuleTemplate.Of("held by rule"));
        if (YamlShape.AsBoolean(value) == false)
        {
            Problems.Error(value.Position, $"'hold' says why the mail is held, not {value.Describe()}",
                "leave the action out, or quote the reason");
            return null;
        }
        return Template(value, "'hold'") is { } reason ? new HoldAction(key.Position, reason) : null;
    }

    private TagAction? Tag(YamlScalar key, YamlNode? value)
    {
        if (value is null)
            return Missing<TagAction>(key, "tag: support");
        var tags = YamlShape.Items(value).Select(item => Template(item, "a tag")).OfType<Template>().ToList();
        return tags.Count == 0 ? null : new TagAction(key.Position, tags);
    }

    private SetAction? Set(YamlScalar key, YamlNode? value)
    {
        var values = Pairs(key, value, "set: { name: value }");
        foreach (var entry in values?.Select(pair => pair.Key) ?? [])
        {
            if (VariableName.Problem(entry) is { } problem)
                Problems.Error(key.Position, problem);
        }
        return values is null ? null : new SetAction(key.Position, values);
    }

    private AddHeaderAction? AddHeader(YamlScalar key, YamlNode? value)
    {
        var fields = Pairs(key, value, "add_header: { X-Name: value }");
        foreach (var name in fields?.Select(field => field.Key) ?? [])
            CheckHeaderName(name, key.Position);
        return fields is null ? null : new AddHeaderAction(key.Position, fields);
    }

    private RemoveHeaderAction? RemoveHeader(YamlScalar key, YamlNode? value)
    {
        if (value is null)
            return Missing<RemoveHeaderAction>(key, "remove_header: X-Name");
        var names = YamlShape.Items(value).Select(item => YamlShape.Text(item, "a header name", Problems)).OfType<string>().ToList();
        foreach (var name in names)
            CheckHeaderName(name, value.Position);
        return new RemoveHeaderAction(key.Position, names);
    }

    private void CheckHeaderName(string name, SourcePosition position)
    {
        if (!HeaderName.IsGood(name))
            Problems.Error(position, $"'{name}' is not a header name");
    }

    private List<KeyValuePair<string, Template>>? Pairs(YamlScalar key, YamlNode? value, string example)
    {
        if (value is null)
            return Missing<List<KeyValuePair<string, Template>>>(key, example);
        if (YamlShape.Mapping(value, $"'{key.Value}'", Problems) is not { } mapping)
            return null;
        var pairs = new List<KeyValuePair<string, Template>>();
        foreach (var entry in mapping.Entries)
        {
            if (Template(entry.Value, $"'{entry.Key.Value}'") is { } template)
                pairs.Add(KeyValuePair.Create(entry.Key.Value, template));
        }
        return pairs.Count == 0 ? null : pairs;
    }

    private ScriptAction? Script(YamlScalar key, YamlNode? value)
    {
        if (value is null)
            return Missing<ScriptAction>(key, "script: { file: scripts/name.js }");
        return ScriptReader.Read(value, ScriptPurpose.Action, context) is { } source
            ? new ScriptAction(key.Position, source, context.Environment) : null;
    }
}
