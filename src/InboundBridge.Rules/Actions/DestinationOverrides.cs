using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.State;
using InboundBridge.Rules.Templates;

namespace InboundBridge.Rules.Actions;

/// <summary>
/// The options of a destination that a rule overrides: JSON whose texts may be templates, which are filled for each mail.
/// </summary>
internal sealed class DestinationOverrides
{
    private readonly RuleDestinationKind _kind;
    private readonly JsonObject _options;
    private readonly string? _fixed;
    private readonly Dictionary<string, Template> _templates;

    /// <param name="templates">Keyed by the text that each was parsed from.</param>
    public DestinationOverrides(RuleDestinationKind kind, JsonObject options, Dictionary<string, Template> templates)
    {
        (_kind, _options, _templates) = (kind, options, templates);
        if (kind.UrlOption is { } option && options[option] is JsonValue url && url.TryGetValue<string>(out var text)
            && templates.TryGetValue(text, out var template) && template.FillsUrlHost())
        {
            // The delivery keeps away from private addresses and sends no secret there (docs/rules.md).
            options[kind.HostFromMailKey!] = true;
        }
        if (templates.Values.All(each => each.IsLiteral))
            _fixed = options.Count == 0 ? null : Filled(options, null, null)!.ToJsonString();
    }

    public static DestinationOverrides NoneOf(RuleDestinationKind kind) => new(kind, [], []);

    public IEnumerable<Template> Templates => _templates.Values;

    public string? Fill(EvaluationState state) => _options.Count == 0 ? null : _fixed ?? Filled(_options, state, null)!.ToJsonString();

    /// <summary>An example of the filled options; null where nothing is overridden.</summary>
    public string? Sample() => _options.Count == 0 ? null : _fixed ?? Sampled(_options)!.ToJsonString();

    /// <summary>Names of options that hold secrets and are not used, because the mail decides the host; empty for none.</summary>
    public string NeverSent => _kind.HostFromMailKey is { } key && _options.ContainsKey(key)
        ? string.Join(", ", _kind.SecretOptions.Where(_options.ContainsKey))
        : string.Empty;

    private JsonNode? Sampled(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Sampled(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sampled)]),
        JsonValue value when value.TryGetValue<string>(out var text) && _templates.TryGetValue(text, out var template) =>
            JsonValue.Create(template.Sample()),
        _ => node?.DeepClone(),
    };

    private JsonNode? Filled(JsonNode? node, EvaluationState? state, string? option) => node switch
    {
        JsonObject map => new JsonObject(map.Select(entry =>
            KeyValuePair.Create(entry.Key, Filled(entry.Value, state, option ?? entry.Key)))),
        JsonArray list => new JsonArray([.. list.Select(item => Filled(item, state, option))]),
        JsonValue value when value.TryGetValue<string>(out var text) && _templates.TryGetValue(text, out var template) =>
            JsonValue.Create(template.IsLiteral ? template.Literal : template.Fill(state!, ContextOf(option))),
        _ => node?.DeepClone(),
    };

    private TemplateContext ContextOf(string? option)
    {
        if (option is not null && option == _kind.UrlOption)
            return TemplateContext.Url;
        return option is not null && _kind.HeaderOptions.Contains(option) ? TemplateContext.Header : TemplateContext.Text;
    }
}
