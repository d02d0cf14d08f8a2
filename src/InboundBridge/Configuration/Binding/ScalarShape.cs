using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

internal delegate bool ScalarParser<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>A single value, read from its text whether or not it was quoted.</summary>
/// <param name="expected">As in "expected …": <c>a duration</c>.</param>
internal sealed class ScalarShape<T>(string expected, ScalarParser<T> parse, Func<JsonObject> schema) : ConfigShape<T>
{
    /// <summary>Makes a hint for the problem from the refused text.</summary>
    public Func<string, string?>? Hint { get; init; }

    /// <summary>Says what is wrong with a value that parses (<c>at least 1</c>), or null.</summary>
    public Func<T, string?>? Complaint { get; init; }

    /// <summary>The canonical spelling of the value. Null: as written.</summary>
    public Func<T, string>? Spelling { get; init; }

    public bool IsSecret { get; init; }

    public override bool IsOfSecrets => IsSecret;

    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (IsSecret)
            reading.SecretNodes.Add(node);
        if (node is not YamlScalar scalar)
            return reading.Unexpected(node, expected, Hint?.Invoke(string.Empty));
        if (IsSecret && reading.Tree.EmptiedBy(node) is { } empty)
        {
            reading.Error(node, $"{empty} is empty, and a secret needs it", "give it a value, or remove the key");
            return false;
        }
        if (!parse(scalar.Value, out value))
            return reading.Unexpected(node, expected, Hint?.Invoke(IsSecret ? string.Empty : scalar.Value));
        if (Complaint?.Invoke(value) is not { } complaint)
            return true;
        reading.Error(node, $"{reading.Shown(node)} is not allowed: {complaint}");
        return false;
    }

    public override JsonObject Schema() => schema();

    public override JsonNode? Json(YamlNode node) =>
        Spelling is not null && node is YamlScalar scalar && parse(scalar.Value, out var value) ? Spelling(value) : PlainJson.Of(node);
}
