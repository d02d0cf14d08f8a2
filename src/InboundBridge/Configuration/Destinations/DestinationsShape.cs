using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Destinations;

/// <summary><c>destinations</c>: name → kind → options.</summary>
internal sealed partial class DestinationsShape : ConfigShape<IReadOnlyList<DestinationSettings>>
{
    /// <summary>Letters, digits, hyphen and underscore: a name is used in URLs, metrics and names of environment variables.</summary>
    private const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";

    /// <summary>Words with a meaning of their own where a destination's name may stand.</summary>
    internal static readonly string[] Reserved = ["reject", "hold", "discard", "defer", "dead_letter", "bounce"];

    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out IReadOnlyList<DestinationSettings> value)
    {
        value = null;
        if (node is not YamlMapping map)
            return reading.Unexpected(node, "a mapping from names to destinations");
        var destinations = new List<DestinationSettings>();
        foreach (var entry in map.Entries)
        {
            if (TryReadOne(entry, reading) is { } destination)
                destinations.Add(destination);
        }
        value = destinations;
        return true;
    }

    public override JsonObject Schema()
    {
        var kinds = new JsonObject();
        foreach (var kind in DestinationKinds.All)
            kinds[kind.Name] = kind.Shape.Schema();
        var one = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = kinds,
            ["additionalProperties"] = false,
            ["minProperties"] = 1,
            ["maxProperties"] = 1,
        };
        return new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = NamePattern },
            ["additionalProperties"] = one,
        };
    }

    private static DestinationSettings? TryReadOne(YamlEntry entry, ConfigReading reading)
    {
        CheckName(entry.Key, reading);
        if (entry.Value is not YamlMapping mapping)
        {
            reading.Unexpected(entry.Value,
                $"{string.Join(", ", DestinationKinds.Names.SkipLast(1))} or {DestinationKinds.Names[^1]} with its options");
            return null;
        }
        var kinds = mapping.Entries.Select(kind => kind.Key.Value).Where(kind => DestinationKinds.Find(kind) is not null).ToList();
        foreach (var unknown in mapping.Entries.Where(kind => DestinationKinds.Find(kind.Key.Value) is null))
        {
            reading.Problems.Error(
                unknown.Key.Position, $"unknown kind of destination '{unknown.Key.Value}'",
                kinds is [var only]
                    ? $"if it is a setting of the destination, it belongs below '{only}:', one level deeper"
                    : NearestName.Hint(unknown.Key.Value, DestinationKinds.Names));
        }
        if (kinds.Count > 1 || (kinds.Count == 0 && mapping.Entries.Count != 1))
        {
            reading.Error(
                mapping, $"the destination '{entry.Key.Value}' needs exactly one kind",
                    "expected one of: " + string.Join(", ", DestinationKinds.Names));
        }
        foreach (var (key, value) in mapping.Entries)
        {
            if (DestinationKinds.Find(key.Value) is { } kind)
                return kind.Shape.TryRead(value, kind.Named(entry.Key.Value), reading, out var destination) ? destination : null;
        }
        return null;
    }

    [GeneratedRegex(NamePattern, RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    private static void CheckName(YamlScalar name, ConfigReading reading)
    {
        if (Reserved.Contains(name.Value))
            reading.Error(name, $"a destination can't be named '{name.Value}'",
                "the word has another meaning wherever a destination can be named");
        else if (!Name().IsMatch(name.Value))
            reading.Error(name, $"'{name.Value}' is not a valid name for a destination", "letters, digits, '-' and '_', at most 64");
    }
}
