using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>
/// The kind of value that a key takes. It reads a node into a value and describes itself to editors, so that both always agree.
/// </summary>
internal abstract class ConfigShape<T>
{
    /// <summary>False: the problem was reported, at the node's place.</summary>
    public abstract bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out T value);

    /// <summary>JSON Schema 2020-12 of the value.</summary>
    public abstract JsonObject Schema();

    /// <summary>It is a secret, or a list of secrets.</summary>
    public virtual bool IsOfSecrets => false;

    /// <summary>
    /// The node as JSON, with durations and sizes in their canonical spelling. Only for nodes that were read without a problem.
    /// </summary>
    public virtual JsonNode? Json(YamlNode node) => PlainJson.Of(node);

    public ConfigShape<TOther> As<TOther>(Func<T, TOther> convert) => new ConvertedShape<T, TOther>(this, convert);
}

internal sealed class ConvertedShape<T, TOther>(ConfigShape<T> inner, Func<T, TOther> convert) : ConfigShape<TOther>
{
    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out TOther value)
    {
        if (inner.TryRead(node, reading, out var read))
        {
            value = convert(read);
            return true;
        }
        value = default;
        return false;
    }

    public override JsonObject Schema() => inner.Schema();

    public override bool IsOfSecrets => inner.IsOfSecrets;

    public override JsonNode? Json(YamlNode node) => inner.Json(node);
}
