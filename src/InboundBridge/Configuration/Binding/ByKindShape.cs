using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>A value with a short form (one word) and a long form (a mapping).</summary>
internal sealed class ByKindShape<T>(ConfigShape<T> word, ConfigShape<T> mapping) : ConfigShape<T>
{
    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out T value) =>
        (node is YamlMapping ? mapping : word).TryRead(node, reading, out value);

    public override JsonNode? Json(YamlNode node) => node is YamlMapping ? mapping.Json(node) : word.Json(node);

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(word.Schema(), mapping.Schema()) };
}
