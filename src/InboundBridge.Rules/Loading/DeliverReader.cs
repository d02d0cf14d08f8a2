using System.Text.Json.Nodes;
using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary><c>KIND: NAME</c> or <c>KIND: { destination, to, …options }</c></summary>
internal sealed class DeliverReader(ActionReader actions, LoadContext context, RuleDestinationKind kind)
{
    private readonly Dictionary<string, Template> _templates = new(StringComparer.Ordinal);

    public DeliverAction? Read(YamlScalar key, YamlNode? value)
    {
        if (value is null)
        {
            context.Problems.Error(key.Position, $"'{key.Value}' needs a destination", $"{key.Value}: NAME");
            return null;
        }
        if (value is not YamlMapping mapping)
            return Destination(value) is { } plain ? new DeliverAction(key.Position, kind, plain, null, DestinationOverrides.NoneOf(kind))
                : null;
        if (mapping["destination"] is not { } node)
        {
            context.Problems.Error(mapping.Position, $"'{key.Value}' needs a destination", $"{key.Value}: {{ destination: NAME, … }}");
            return null;
        }
        var destination = Destination(node);
        var to = mapping["to"] is { } rewritten ? actions.Template(rewritten, "'to'") : null;
        var options = new JsonObject();
        foreach (var entry in mapping.Entries.Where(entry => entry.Key.Value is not ("destination" or "to")))
        {
            if (Option(entry) is { } option)
                options[entry.Key.Value] = option;
        }
        if (destination is null)
            return null;
        var overrides = new DestinationOverrides(kind, options, _templates);
        if (!context.Problems.HasErrors)
            Check(destination, overrides, mapping);
        return new DeliverAction(key.Position, kind, destination, to, overrides);
    }

    /// <summary>Checks the overrides together with each other and with the destination's own options.</summary>
    private void Check(string destination, DestinationOverrides overrides, YamlMapping mapping)
    {
        if (overrides.Sample() is { } sample)
        {
            foreach (var problem in context.Environment.CheckOverrides?.Invoke(destination, sample) ?? [])
                context.Problems.Error(mapping.Position, problem);
        }
        if (overrides.NeverSent is { Length: > 0 } unused)
        {
            context.Problems.Warn(mapping.Position,
                $"the host of '{kind.UrlOption}' comes from the mail, so nothing secret is sent there: {unused} will not be used");
        }
    }

    private string? Destination(YamlNode node)
    {
        if (YamlShape.Text(node, $"'{kind.Name}'", context.Problems) is not { } name)
            return null;
        var known = context.Environment.Destinations;
        if (!known.TryGetValue(name, out var actual))
        {
            var ofKind = known.Where(destination => destination.Value == kind.Name).Select(destination => destination.Key).ToList();
            context.Problems.Error(node.Position, $"there is no destination '{name}'",
                NearestName.Hint(name,
                    ofKind) ?? $"destinations of this kind: {(ofKind.Count == 0 ? "none" : string.Join(", ", ofKind.Take(10)))}");
            return null;
        }
        if (actual == kind.Name)
            return name;
        context.Problems.Error(node.Position, $"destination '{name}' is of kind {actual}, not {kind.Name}", $"write '{actual}: {name}'");
        return null;
    }

    private JsonNode? Option(YamlEntry entry)
    {
        var before = context.Problems.Items.Count;
        var json = context.Environment.CheckOption is { } check
            ? check(kind.Name, entry.Key.Value, entry.Value, context.Problems)
            : YamlJson.Convert(entry.Value)?.ToJsonString();
        if (json is null)
        {
            if (context.Problems.Items.Count == before)
                context.Problems.Error(entry.Key.Position, $"'{entry.Key.Value}' is not an option that a rule may change");
            return null;
        }
        var node = JsonNode.Parse(json);
        var gathered = _templates.Count;
        GatherTemplates(node, entry.Value.Position);
        if (kind.NotFromMail.Contains(entry.Key.Value) && _templates.Values.Skip(gathered).Any(template => !template.IsLiteral))
            context.Problems.Error(entry.Value.Position, $"'{entry.Key.Value}' can't be filled from the mail",
                "a sender would decide where mail goes");
        return node;
    }

    private void GatherTemplates(JsonNode? node, SourcePosition position)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var entry in map)
                    GatherTemplates(entry.Value, position);
                break;
            case JsonArray list:
                foreach (var item in list)
                    GatherTemplates(item, position);
                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && text.AsSpan().IndexOfAny('{', '}') >= 0:
                if (actions.Template(text, position) is { } template)
                    _templates[text] = template;
                break;
        }
    }
}
