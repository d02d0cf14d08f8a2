using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>A mapping whose keys are the operator's own.</summary>
internal sealed class MapShape<TKey, T>(ScalarShape<TKey> key, ConfigShape<T> item, IEqualityComparer<TKey>? comparer = null)
    : ConfigShape<IReadOnlyDictionary<TKey, T>>
    where TKey : notnull
{
    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out IReadOnlyDictionary<TKey, T> value)
    {
        value = null;
        if (node is not YamlMapping map)
            return reading.Unexpected(node, "a mapping");
        var values = new Dictionary<TKey, T>(comparer);
        var fine = true;
        foreach (var entry in map.Entries)
        {
            var readable = key.TryRead(entry.Key, reading, out var name);
            if (item.TryRead(entry.Value, reading, out var read) && readable)
                values[name!] = read;
            else
                fine = false;
        }
        value = values;
        return fine;
    }

    public override JsonNode? Json(YamlNode node) =>
        new JsonObject(((YamlMapping)node).Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, item.Json(entry.Value))));

    public override JsonObject Schema()
    {
        var names = key.Schema();
        names["type"] = "string";
        return new JsonObject { ["type"] = "object", ["propertyNames"] = names, ["additionalProperties"] = item.Schema() };
    }
}
