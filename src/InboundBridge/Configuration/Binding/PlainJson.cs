using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>YAML as JSON: unquoted true, false, null and numbers keep their types, everything quoted is text.</summary>
internal static class PlainJson
{
    public static JsonNode? Of(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => null,
        YamlScalar { IsPlain: true, Value: "true" } => true,
        YamlScalar { IsPlain: true, Value: "false" } => false,
        YamlScalar { IsPlain: true } scalar when IsNumber(scalar.Value, out var number) => number,
        YamlScalar scalar => scalar.Value,
        YamlSequence list => new JsonArray([.. list.Items.Select(Of)]),
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, Of(entry.Value)))),
        _ => null,
    };

    /// <summary>Only what reads back the same: <c>007</c> and <c>1e3</c> are text.</summary>
    private static bool IsNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            && number.ToString(CultureInfo.InvariantCulture) == text;
}
