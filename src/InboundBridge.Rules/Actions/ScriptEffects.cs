using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Patterns;
using InboundBridge.Rules.State;
using InboundBridge.Rules.Templates;
using InboundBridge.Text;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Actions;

/// <summary>
/// Applies the calls that a script made. Everything that comes from the worker is untrusted: names, lengths and shapes are validated here.
/// </summary>
internal sealed class ScriptEffects(RuleSetEnvironment environment, EvaluationState state)
{
    private const int LongestText = 10_000;

    /// <summary>Applies one call. Returns null, or what is wrong with it.</summary>
    public string? Apply(JsonArray effect)
    {
        var name = Text(effect, 0);
        if (environment.FindKind(name) is { } kind)
            return Deliver(kind, effect);
        return name switch
        {
            "reject" => Refuse(RuleRefusalKind.Reject, effect, 550, "5.7.1", "Message refused"),
            "defer" => Refuse(RuleRefusalKind.Defer, effect, 451, "4.7.1", "Try again later"),
            "discard" => Refuse(RuleRefusalKind.Discard, effect, 250, "2.0.0", "OK"),
            "hold" => Hold(effect),
            "tag" => Tag(effect),
            "set" => Set(effect),
            "addHeader" => AddHeader(effect),
            _ => $"unknown call '{name}'",
        };
    }

    private string? Deliver(RuleDestinationKind described, JsonArray effect)
    {
        var (kind, destination) = (described.Name, Text(effect, 1));
        if (!environment.Destinations.TryGetValue(destination, out var actual))
            return $"{kind}('{destination}'): there is no such destination";
        if (actual != kind)
            return $"{kind}('{destination}'): it is of kind {actual}, not {kind}";
        var options = effect.Count > 2 && effect[2] is JsonObject given ? (JsonObject)given.DeepClone() : null;
        var recipient = state.Recipient.Address;
        if (options?["to"] is { } to)
        {
            recipient = TemplateEscape.Escape(to.GetValueKind() == JsonValueKind.String ? to.GetValue<string>()
                : string.Empty, TemplateContext.Address);
            if (!DeliverAction.IsAddress(recipient))
                return $"{kind}('{destination}'): 'to' is not an address";
            options.Remove("to");
        }
        if (options is not null && Checked(described, options) is { } problem)
            return $"{kind}('{destination}'): {problem}";
        if (options is { Count: > 0 } && environment.CheckOverrides?.Invoke(destination, options.ToJsonString()) is [var wrong, ..])
            return $"{kind}('{destination}'): {wrong}";
        // The script has read the mail, so a URL that it names may come from the mail (SSRF).
        if (described.UrlOption is { } url && options?[url] is not null)
            options[described.HostFromMailKey!] = true;
        state.Deliver(new RuleDelivery(destination, recipient, options is null or { Count: 0 } ? null : options.ToJsonString(), null));
        return null;
    }

    /// <summary>
    /// A script may override the same options as a rule in YAML. Replaces each value
    /// by the checked one; returns null, or the first problem.
    /// </summary>
    private string? Checked(RuleDestinationKind kind, JsonObject options)
    {
        foreach (var name in kind.NotFromMail)
        {
            if (options.ContainsKey(name))
                return $"'{name}' can't be given by a script (a script has seen the mail, and a sender would decide where mail goes)";
        }
        if (environment.CheckOption is not { } check)
            return null;
        foreach (var (name, value) in options.ToList())
        {
            var problems = new SourceProblems();
            var json = check(kind.Name, name, YamlJson.FromJson(value), problems);
            if (json is null || problems.HasErrors)
                return problems.Items.Select(problem => problem.Hint is null ? problem.Text : $"{problem.Text} ({problem.Hint})")
                    .FirstOrDefault($"'{name}' is not an option that a rule may change");
            options[name] = JsonNode.Parse(json);
        }
        return null;
    }

    private string? Refuse(RuleRefusalKind kind, JsonArray effect, int code, string enhanced, string text)
    {
        var index = 1;
        if (effect.Count > 1 && effect[1] is JsonValue first && first.TryGetValue<int>(out var given))
        {
            if (given / 100 != code / 100 || kind == RuleRefusalKind.Discard)
                return $"{Text(effect, 0)}({given}): the code must begin with {code / 100}";
            code = given;
            index = 2;
        }
        if (effect.Count > index && Text(effect, index) is { Length: > 0 } words)
            text = words;
        state.Refuse(new RuleRefusal(kind, code, enhanced, TemplateEscape.Escape(text, TemplateContext.SmtpText)));
        return null;
    }

    private string? Hold(JsonArray effect)
    {
        state.Deliver(new RuleDelivery(null, state.Recipient.Address, null,
            TemplateEscape.Escape(Text(effect, 1), TemplateContext.Header)));
        return null;
    }

    private string? Tag(JsonArray effect)
    {
        var tag = Text(effect, 1);
        if (tag.Length > 0 && !state.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
            state.Tags.Add(tag);
        return null;
    }

    private string? Set(JsonArray effect)
    {
        var name = Text(effect, 1);
        if (VariableName.Problem(name) is { } problem)
            return $"set(): {problem}";
        state.Vars[name] = Text(effect, 2);
        return null;
    }

    private string? AddHeader(JsonArray effect)
    {
        var name = Text(effect, 1);
        if (!HeaderName.IsGood(name))
            return $"addHeader('{ShownText.Cut(name)}'): not a header name";
        state.Edits.Add(new HeaderEdit(name, TemplateEscape.Escape(Text(effect, 2), TemplateContext.Header)));
        return null;
    }

    private static string Text(JsonArray effect, int index)
    {
        if (index >= effect.Count || effect[index] is not { } node)
            return string.Empty;
        var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
        return CutText.At(text, LongestText);
    }
}
