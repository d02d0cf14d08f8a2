using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>
/// A mapping with known keys that fills a record. Every key is read whatever the others hold, so that one run shows all problems.
/// </summary>
/// <param name="about">The description in the schema and in docs/configuration.md.</param>
/// <param name="initial">The record with its defaults.</param>
internal sealed class SectionShape<T>(string about, Func<T> initial) : ConfigShape<T>
{
    private readonly List<SectionKey<T>> _keys = [];
    private readonly List<Action<T, YamlMapping, ConfigReading>> _checks = [];

    public string About { get; } = about;

    /// <summary>Makes a hint from the text of a single value where the mapping should stand.</summary>
    public Func<string, string>? Hint { get; init; }

    public IReadOnlyList<SectionKey<T>> Keys => _keys;

    /// <param name="shownDefault">The default as it would be written. A test compares it with the real default.</param>
    /// <param name="mustHaveValue">
    /// The key without a value is an error, because the feature would silently stay off, for example a signature without its secret.
    /// </param>
    public SectionShape<T> Key<TValue>(
        string name, ConfigShape<TValue> shape, Func<T, TValue, T> set, string about, string? shownDefault = null, bool mustHaveValue =
        false)
    {
        _keys.Add(new SectionKey<T, TValue>(name, shape, set, about) { ShownDefault = shownDefault, MustHaveValue = mustHaveValue });
        return this;
    }

    public SectionShape<T> Required<TValue>(string name, ConfigShape<TValue> shape, Func<T, TValue, T> set, string about)
    {
        _keys.Add(new SectionKey<T, TValue>(name, shape, set, about) { IsRequired = true });
        return this;
    }

    /// <summary>A check of the keys together; not run when one of them is wrong by itself.</summary>
    public SectionShape<T> Check(Action<T, YamlMapping, ConfigReading> check)
    {
        _checks.Add(check);
        return this;
    }

    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out T value) =>
        TryRead(node, initial(), reading, out value);

    /// <summary>Reads into a record whose values may differ from the defaults.</summary>
    public bool TryRead(YamlNode node, T start, ConfigReading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not YamlMapping mapping)
        {
            // Where the secret should stand one level deeper, it is likely to be what stands here.
            if (_keys.Exists(key => key.IsOfSecrets))
                reading.SecretNodes.Add(node);
            var given = node is YamlScalar { IsNull: false } scalar && !reading.SecretNodes.Contains(node) ? scalar.Value : string.Empty;
            return reading.Unexpected(node, "a mapping", Hint?.Invoke(given));
        }
        var errorsBefore = reading.ErrorCount;
        var current = start;
        foreach (var entry in mapping.Entries)
            if (Find(entry.Key.Value) is not { } key)
                reading.Problems.Error(
                    entry.Key.Position, $"unknown key '{entry.Key.Value}'",
                    NearestName.Hint(entry.Key.Value, [.. _keys.Select(known => known.Name)]));
            else if (entry.Value is not YamlScalar { IsNull: true })
                current = key.Apply(entry.Value, current, reading);
            else if (key.MustHaveValue)
                reading.Error(entry.Value, $"'{key.Name}' is empty", "give it a value, or remove the key");
        foreach (var missing in _keys.Where(key => key.IsRequired && mapping[key.Name] is null or YamlScalar { IsNull: true }))
            reading.Error(node, $"'{missing.Name}' is missing", missing.About);
        var fine = reading.ErrorCount == errorsBefore;
        if (fine)
        {
            foreach (var check in _checks)
                check(current, mapping, reading);
            fine = reading.ErrorCount == errorsBefore;
        }
        value = current;
        return fine;
    }

    public SectionKey<T>? Find(string name) => _keys.Find(key => key.Name == name);

    public override JsonNode? Json(YamlNode node) =>
        new JsonObject(
            ((YamlMapping)node).Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, Find(entry.Key.Value)?.Json(entry.Value))));

    public override JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var key in _keys)
            properties[key.Name] = key.Schema();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["description"] = About,
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        var required = _keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name).ToArray();
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        return schema;
    }

    /// <summary>Keys whose stated default differs from the default of the record. The documentation states these defaults.</summary>
    public IEnumerable<string> WrongStatedDefaults(Func<string, (YamlNode Node, ConfigReading Reading)> read) =>
        _keys.Where(key => key.ShownDefault is not null).Where(key =>
        {
            var (node, reading) = read(key.ShownDefault!);
            var start = initial();
            var applied = key.Apply(node, start, reading);
            return reading.Problems.HasErrors || !EqualityComparer<T>.Default.Equals(applied, start);
        }).Select(key => key.Name);
}
