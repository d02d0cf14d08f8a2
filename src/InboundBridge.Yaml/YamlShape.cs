namespace InboundBridge.Yaml;

/// <summary>Reads nodes strictly: each method returns the expected shape, or reports what the node is instead.</summary>
public static class YamlShape
{
    public static YamlMapping? Mapping(YamlNode node, string what, SourceProblems problems)
    {
        if (node is YamlMapping mapping)
            return mapping;
        problems.Error(node.Position, $"{what} must be a mapping, not {node.Describe()}",
            YamlAdvice.ForMapping(node) ?? YamlAdvice.ForSwitch(node));
        return null;
    }

    public static string? Text(YamlNode node, string what, SourceProblems problems)
    {
        if (node is YamlScalar { IsNull: false } scalar)
            return scalar.Value;
        problems.Error(node.Position, $"{what} must be a text, not {node.Describe()}", YamlAdvice.ForTemplate(node));
        return null;
    }

    public static bool? Boolean(YamlNode node, string what, SourceProblems problems)
    {
        if (AsBoolean(node) is { } value)
            return value;
        problems.Error(node.Position, $"{what} must be true or false, not {node.Describe()}", YamlAdvice.ForSwitch(node));
        return null;
    }

    /// <summary>A plain <c>true</c> or <c>false</c> (YAML 1.2 core schema), else null.</summary>
    public static bool? AsBoolean(YamlNode node) => node is not YamlScalar { IsPlain: true } scalar ? null : scalar.Value switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    /// <summary>The items of a list, or the node itself as a list of one.</summary>
    public static IReadOnlyList<YamlNode> Items(YamlNode node) => node is YamlSequence sequence ? sequence.Items : [node];

    public static void UnknownKey(YamlScalar key, string what, IReadOnlyCollection<string> known, SourceProblems problems) =>
        problems.Error(key.Position, $"unknown {what} '{key.Value}'", NearestName.Hint(key.Value, known));

    /// <summary>Reports every unknown key.</summary>
    public static void OnlyKeys(YamlMapping mapping, string what, IReadOnlyCollection<string> known, SourceProblems problems)
    {
        foreach (var entry in mapping.Entries)
        {
            if (!known.Contains(entry.Key.Value, StringComparer.Ordinal))
                UnknownKey(entry.Key, what, known, problems);
        }
    }
}
