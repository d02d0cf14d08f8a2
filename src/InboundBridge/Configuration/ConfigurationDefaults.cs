using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>A key that a configuration does not set, and the default that is in force for it.</summary>
/// <param name="Key">As <c>smtp.limits.message_size</c>.</param>
public sealed record DefaultInForce(string Key, string Value, string About);

/// <summary>Finds the defaults in force under a configuration: those of the schema whose keys it does not set.</summary>
internal static class ConfigurationDefaults
{
    /// <summary>Keys that are listed; a configuration with many destinations has the same defaults many times.</summary>
    private const int Most = 1000;

    /// <summary>Sections that are off where they are not written, so their defaults are not in force.</summary>
    private static readonly HashSet<string> OffUnlessWritten = new(StringComparer.Ordinal) { "mta_sts" };

    private static readonly Lazy<JsonObject> Schema = new(() => (JsonObject)JsonNode.Parse(ConfigurationSchema.Write())!);

    /// <param name="yaml">A valid configuration; empty for the built-in defaults.</param>
    public static IReadOnlyList<DefaultInForce> Of(string yaml)
    {
        var found = new List<DefaultInForce>();
        Walk(Schema.Value, YamlReader.Read(yaml, "configuration", new SourceProblems()), string.Empty, found);
        return found;
    }

    private static void Walk(JsonObject schema, YamlNode? node, string path, List<DefaultInForce> found)
    {
        foreach (var (name, value) in schema["properties"] as JsonObject ?? [])
        {
            if (value is not JsonObject key || found.Count >= Most)
                continue;
            var written = (node as YamlMapping)?[name] is { } child and not YamlScalar { IsNull: true } ? child : null;
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (written is null && key["default"] is { } usual)
                found.Add(new DefaultInForce(at, usual.ToString(), (string?)key["description"] ?? string.Empty));
            if (written is not null || !IsOff(key, at))
                Walk(key, written, at, found);
        }
        if (schema["items"] is JsonObject item && node is YamlSequence sequence)
        {
            for (var index = 0; index < sequence.Items.Count; index++)
                Walk(item, sequence.Items[index], $"{path}[{index}]", found);
        }
        if (schema["additionalProperties"] is JsonObject each && node is YamlMapping mapping)
        {
            foreach (var entry in mapping.Entries)
                Walk(each, entry.Value, $"{path}.{entry.Key.Value}", found);
        }
    }

    /// <summary>A section that needs a value to work, as a scanner its address, is off where it is not written.</summary>
    private static bool IsOff(JsonObject section, string path) =>
        OffUnlessWritten.Contains(path) || section["required"] is JsonArray { Count: > 0 };
}
