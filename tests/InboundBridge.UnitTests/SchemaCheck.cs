using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests;

/// <summary>
/// Whether a document is as a schema of docs/schemas says. It is stricter than the standard: a key that the schema does not name is a
/// problem, so that the schema can't fall behind the code. It knows the keywords that our schemas use, and refuses others.
/// </summary>
internal sealed class SchemaCheck
{
    private readonly JsonObject _root;

    private SchemaCheck(JsonObject root) => _root = root;

    /// <param name="name">As in <c>docs/schemas/NAME.schema.json</c>.</param>
    public static SchemaCheck Of(string name) =>
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, $"docs/schemas/{name}.schema.json")))!.AsObject());

    /// <summary>Empty for a document that the schema describes.</summary>
    public IReadOnlyList<string> Problems(string json) => [.. Check(_root, JsonNode.Parse(json), "$")];

    private IEnumerable<string> Check(JsonObject schema, JsonNode? value, string at) =>
        schema.SelectMany(keyword => Check(schema, keyword.Key, keyword.Value!, value, at));

    private IEnumerable<string> Check(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string at) => keyword switch
    {
        "$schema" or "title" or "description" or "$defs" or "contentEncoding" => [],
        "$ref" => Check(_root["$defs"]![rule.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), value, at),
        "type" => Unless(Texts(rule).Any(type => IsOf(type, value)), $"{at} is not of type {rule.ToJsonString()}"),
        "const" => Unless(JsonNode.DeepEquals(rule, value), $"{at} is not {rule.ToJsonString()}"),
        "enum" => Unless(rule.AsArray().Any(item => JsonNode.DeepEquals(item, value)), $"{at} is none of {rule.ToJsonString()}"),
        "pattern" => Unless(TextOf(value) is not { } text || Matches(text, rule), $"{at} has another form"),
        "minimum" => Unless(!IsOf("integer", value) || value!.GetValue<long>() >= rule.GetValue<long>(), $"{at} is too small"),
        "maxLength" => Unless(TextOf(value) is not { } text || text.Length <= rule.GetValue<int>(), $"{at} is too long"),
        "minItems" => Unless(value is JsonArray list && list.Count >= rule.GetValue<int>(), $"{at} has too few items"),
        "maxItems" => Unless(value is JsonArray list && list.Count <= rule.GetValue<int>(), $"{at} has too many items"),
        "items" => (value as JsonArray ?? []).SelectMany((item, index) => Check(rule.AsObject(), item, $"{at}[{index}]")),
        "required" => Texts(rule).Where(key => value is JsonObject map && !map.ContainsKey(key)).Select(key => $"{at}.{key} is missing"),
        "properties" => (value as JsonObject ?? []).SelectMany(entry => rule[entry.Key] is { } known
            ? Check(known.AsObject(), entry.Value, $"{at}.{entry.Key}") : [$"{at}.{entry.Key} is not in the schema"]),
        "additionalProperties" when !schema.ContainsKey("properties") =>
            (value as JsonObject ?? []).SelectMany(entry => Check(rule.AsObject(), entry.Value, $"{at}.{entry.Key}")),
        "anyOf" => AnyOf(rule.AsArray(), value, at),
        _ => [$"{at}: {keyword} is a keyword that this check does not know"],
    };

    private IEnumerable<string> AnyOf(JsonArray branches, JsonNode? value, string at)
    {
        var tries = branches.Select(branch => Check(branch!.AsObject(), value, at).ToList()).ToList();
        return tries.Exists(problems => problems.Count == 0) ? [] : tries.SelectMany(problems => problems);
    }

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "integer" => value?.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out _),
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "null" => value is null,
        _ => string.Equals(value?.GetValueKind().ToString(), type, StringComparison.OrdinalIgnoreCase),
    };

    private static bool Matches(string text, JsonNode pattern) =>
        Regex.IsMatch(text, pattern.GetValue<string>(), RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));

    private static string? TextOf(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static IEnumerable<string> Texts(JsonNode rule) =>
        rule is JsonArray list ? list.Select(item => item!.GetValue<string>()) : [rule.GetValue<string>()];

    private static IEnumerable<string> Unless(bool holds, string problem) => holds ? [] : [problem];
}
