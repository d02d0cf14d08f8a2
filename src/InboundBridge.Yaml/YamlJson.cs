using System.Globalization;
using System.Text.Json.Nodes;

namespace InboundBridge.Yaml;

/// <summary>A node as JSON by the YAML 1.2 core schema: plain numbers and booleans as such, everything else as text.</summary>
public static class YamlJson
{
    private static readonly SourcePosition Nowhere = new("script", 0, 0);

    public static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.DistinctBy(entry => entry.Key.Value, StringComparer.Ordinal)
            .Select(entry => KeyValuePair.Create(entry.Key.Value, Convert(entry.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(Convert)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar scalar when YamlShape.AsBoolean(scalar) is { } boolean => JsonValue.Create(boolean),
        // A customer or telephone number would lose its leading zeros as a number.
        YamlScalar { IsPlain: true } scalar when HasLeadingZero(scalar.Value) => JsonValue.Create(scalar.Value),
        YamlScalar { IsPlain: true } scalar when long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var number) =>
            JsonValue.Create(number),
        YamlScalar { IsPlain: true } scalar when IsDecimal(scalar.Value, out var number) => JsonValue.Create(number),
        YamlScalar scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    /// <summary>
    /// Converts values that a script made to nodes without a position. They may contain text from mail, so <c>${NAME}</c> is escaped:
    /// expanding it would disclose secrets of the configuration.
    /// </summary>
    public static YamlNode FromJson(JsonNode? node) => node switch
    {
        JsonObject map => new YamlMapping(Nowhere,
            [.. map.Select(entry => new YamlEntry(new YamlScalar(Nowhere, entry.Key, IsPlain: false), FromJson(entry.Value)))]),
        JsonArray list => new YamlSequence(Nowhere, [.. list.Select(FromJson)]),
        JsonValue value when value.TryGetValue<string>(out var text) =>
            new YamlScalar(Nowhere, text.Replace("${", "$${", StringComparison.Ordinal), IsPlain: false),
        null => new YamlScalar(Nowhere, "null", IsPlain: true),
        _ => new YamlScalar(Nowhere, node.ToJsonString(), IsPlain: true),
    };

    private static bool HasLeadingZero(string text) => text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]);

    private static bool IsDecimal(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number);
}
