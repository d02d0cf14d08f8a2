using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Configuration.Binding;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Configuration.Sections;

/// <summary><c>destinations</c>: name → one of the kinds.</summary>
internal sealed partial class DestinationsShape : ConfigShape<IReadOnlyList<DestinationSettings>>
{
    /// <summary>Letters, digits, hyphen and underscore: a name stands in URLs, metrics and the names of variables.</summary>
    private const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";

    /// <summary>Words that stand where a destination's name may stand.</summary>
    private static readonly string[] Reserved = ["reject", "hold", "discard", "defer", "dead_letter", "bounce"];

    public static IReadOnlyDictionary<string, (SectionShape<DestinationSettings> Shape, Func<string, DestinationSettings> Named)> Kinds { get; } =
        new Dictionary<string, (SectionShape<DestinationSettings>, Func<string, DestinationSettings>)>(StringComparer.Ordinal)
        {
            ["webhook"] = (WebhookSection.Shape, WebhookSection.Named),
            ["lmtp"] = (LmtpSection.Shape, LmtpSection.Named),
            ["relay"] = (RelaySection.Shape, RelaySection.Named),
        };

    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out IReadOnlyList<DestinationSettings> value)
    {
        value = null;
        if (node is not YamlMapping map)
            return reading.Unexpected(node, "a mapping from names to destinations");
        var destinations = new List<DestinationSettings>();
        foreach (var entry in map.Entries)
            if (TryReadOne(entry, reading) is { } destination)
                destinations.Add(destination);
        value = destinations;
        return true;
    }

    public override JsonObject Schema()
    {
        var kinds = new JsonObject();
        foreach (var (kind, (shape, _)) in Kinds)
            kinds[kind] = shape.Schema();
        var one = new JsonObject { ["type"] = "object", ["properties"] = kinds, ["additionalProperties"] = false, ["minProperties"] = 1, ["maxProperties"] = 1 };
        return new JsonObject { ["type"] = "object", ["propertyNames"] = new JsonObject { ["pattern"] = NamePattern }, ["additionalProperties"] = one };
    }

    private static DestinationSettings? TryReadOne(YamlEntry entry, ConfigReading reading)
    {
        CheckName(entry.Key, reading);
        if (entry.Value is not YamlMapping mapping)
        {
            reading.Unexpected(entry.Value, "webhook, lmtp or relay with its options");
            return null;
        }
        foreach (var unknown in mapping.Entries.Where(kind => !Kinds.ContainsKey(kind.Key.Value)))
            reading.Problems.Error(unknown.Key.Position, $"unknown kind of destination '{unknown.Key.Value}'", NearestName.Hint(unknown.Key.Value, [.. Kinds.Keys]));
        if (mapping.Entries.Count != 1)
            reading.Error(mapping, $"the destination '{entry.Key.Value}' needs exactly one kind", "expected one of: " + string.Join(", ", Kinds.Keys));
        if (mapping.Entries.FirstOrDefault(kind => Kinds.ContainsKey(kind.Key.Value)) is not { } known)
            return null;
        var (shape, named) = Kinds[known.Key.Value];
        if (!shape.TryRead(known.Value, named(entry.Key.Value), reading, out var destination))
            return null;
        // A format that imitates a vendor brings that vendor's schedule, unless the operator has one.
        return destination.Webhook is { } webhook && WebhookFormats.DefaultRetry(webhook.Format) is { } schedule && ((YamlMapping)known.Value)["retry"] is null
            ? destination with { Queue = destination.Queue with { Retry = schedule } }
            : destination;
    }

    [GeneratedRegex(NamePattern, RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    private static void CheckName(YamlScalar name, ConfigReading reading)
    {
        if (Reserved.Contains(name.Value))
            reading.Error(name, $"a destination can't be named '{name.Value}'", "the word means something else where a destination may stand");
        else if (!Name().IsMatch(name.Value))
            reading.Error(name, $"'{name.Value}' is no name for a destination", "letters, digits, '-' and '_', at most 64");
    }
}
