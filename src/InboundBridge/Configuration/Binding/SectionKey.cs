using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>A key of a section: how its value is read, checked and described.</summary>
internal abstract class SectionKey<T>(string name, string about)
{
    public string Name { get; } = name;

    public string About { get; } = about;

    public string? ShownDefault { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>The key is optional, but where it is written it needs a value.</summary>
    public bool MustHaveValue { get; init; }

    /// <summary>The record with the key's value in it; unchanged when the value is wrong.</summary>
    public abstract T Apply(YamlNode node, T record, ConfigReading reading);

    public abstract bool IsOfSecrets { get; }

    public abstract JsonObject Schema();

    public abstract JsonNode? Json(YamlNode node);
}

internal sealed class SectionKey<T, TValue>(string name, ConfigShape<TValue> shape, Func<T, TValue, T> set, string about)
    : SectionKey<T>(name, about)
{
    public override T Apply(YamlNode node, T record, ConfigReading reading) =>
        shape.TryRead(node, reading, out var value) ? set(record, value) : record;

    public override bool IsOfSecrets => shape.IsOfSecrets;

    public override JsonObject Schema()
    {
        var schema = shape.Schema();
        schema["description"] = About;
        if (!IsRequired && !MustHaveValue)
            AllowNull(schema);
        if (ShownDefault is not null)
            schema["default"] = DefaultOf(schema, ShownDefault);
        return schema;
    }

    public override JsonNode? Json(YamlNode node) => shape.Json(node);

    /// <summary>A key without a value counts as absent.</summary>
    private static void AllowNull(JsonObject schema)
    {
        if (schema["type"] is JsonArray types)
            types.Add("null");
        else if (schema["type"] is { } type)
            schema["type"] = new JsonArray(type.DeepClone(), "null");
        else if (schema["anyOf"] is JsonArray alternatives)
            alternatives.Add(new JsonObject { ["type"] = "null" });
    }

    private static JsonNode DefaultOf(JsonObject schema, string text)
    {
        if (text is "true" or "false")
            return text == "true";
        var isNumber = schema["type"]?.ToJsonString().Contains("integer", StringComparison.Ordinal) == true;
        return isNumber && long.TryParse(text, out var number) ? number : text;
    }
}
