using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>A list. All items are read, so that one run reports the problems of all of them.</summary>
/// <param name="singleToo">True: a single value is accepted as a list with one item.</param>
/// <param name="warnsIfEmpty">False where somebody else says what an empty list means.</param>
internal sealed class ListShape<T>(ConfigShape<T> item, bool singleToo = false, int minimum = 0, bool warnsIfEmpty = true)
    : ConfigShape<IReadOnlyList<T>>
{
    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        value = null;
        if (node is not YamlSequence list)
        {
            if (!singleToo)
                return reading.Unexpected(node, "a list", node is YamlScalar ? "in brackets, or each item on a line of its own after '- '" : null);
            if (!item.TryRead(node, reading, out var single))
                return false;
            value = [single];
            return true;
        }
        var values = new List<T>(list.Items.Count);
        foreach (var entry in list.Items)
            if (item.TryRead(entry, reading, out var read))
                values.Add(read);
        if (list.Items.Count < minimum)
        {
            reading.Error(node, "the list is empty", "remove the key, or give it a value");
            return false;
        }
        if (list.Items.Count == 0 && warnsIfEmpty)
            reading.Problems.Warn(node.Position, "the list is empty", "give it a value, or remove the key");
        value = values;
        return values.Count == list.Items.Count;
    }

    public override bool IsOfSecrets => item.IsOfSecrets;

    public override JsonNode? Json(YamlNode node) =>
        node is YamlSequence list ? new JsonArray([.. list.Items.Select(item.Json)]) : item.Json(node);

    public override JsonObject Schema()
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.Schema() };
        if (minimum > 0)
            list["minItems"] = minimum;
        return singleToo ? new JsonObject { ["anyOf"] = new JsonArray(item.Schema(), list) } : list;
    }
}
