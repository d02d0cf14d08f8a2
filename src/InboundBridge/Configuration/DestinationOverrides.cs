using System.Text.RegularExpressions;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Sections;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Configuration;

/// <summary>Checks options of a destination that a rule overrides, with the same code that reads the destination itself. The method fits <see cref="Rules.DestinationOptionCheck"/>.</summary>
internal sealed partial class DestinationOverrides(ConfigurationSource source)
{
    private HashSet<string>? _secrets = new(StringComparer.Ordinal);

    /// <param name="kind"><c>webhook</c>, <c>lmtp</c> or <c>relay</c>.</param>
    /// <returns>The value as JSON, durations and sizes in their shortest spelling; null when a problem was reported.</returns>
    public string? Check(string kind, string option, YamlNode value, SourceProblems problems)
    {
        if (!DestinationsShape.Kinds.TryGetValue(kind, out var described))
        {
            problems.Error(value.Position, $"there is no kind of destination '{kind}'");
            return null;
        }
        if (described.Shape.Find(option) is not { } key)
        {
            problems.Error(value.Position, $"a {kind} has no option '{option}'", NearestName.Hint(option, [.. described.Shape.Keys.Select(known => known.Name).Except(QueueKeys.Names, StringComparer.Ordinal)]));
            return null;
        }
        if (QueueKeys.Names.Contains(option) || option is "allow_private_addresses" or "transform")
        {
            problems.Error(value.Position, $"'{option}' belongs to the destination as a whole", "a rule can't override it");
            return null;
        }
        var found = new SourceProblems();
        var hasTemplate = HasTemplate(value);
        var paths = Look(key, hasTemplate && option is "url" or "headers" or "auth" or "secret" ? WithSamples(value) : value, described.Named("rule"), found, isTemplate: hasTemplate);
        problems.AddRange(found.Items);
        if (found.HasErrors)
            return null;
        // What is filled in is no template, whatever braces are in it.
        var written = Expanded(value, new SourceProblems(), text => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)).Root;
        written = WithPaths(written, paths);
        return (hasTemplate ? PlainJson.Of(written) : key.Json(written))?.ToJsonString() ?? "null";
    }

    /// <summary>Secrets that rules hold, gathered while they are loaded: the log blots them out.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets ?? [];

    /// <summary>Scripts bring options with each mail; those are not gathered.</summary>
    public void StopGathering() => _secrets = null;

    /// <summary>Reads the value as the destination would; where it holds a template, only what can be said without the mail.</summary>
    /// <returns>Full paths, by what was written.</returns>
    private Dictionary<SourcePosition, string> Look(
        SectionKey<DestinationSettings> key, YamlNode value, DestinationSettings destination, SourceProblems found, bool isTemplate)
    {
        var tree = Expanded(value, found);
        if (found.HasErrors || (isTemplate && key.Name is not ("url" or "headers" or "auth" or "secret")))
            return [];
        var reading = new ConfigReading(found, source.Files, tree, source.CurrentFolder);
        key.Apply(tree.Root, destination, reading);
        _secrets?.UnionWith(reading.SecretNodes.OfType<YamlScalar>().Select(secret => secret.Value));
        return reading.Paths;
    }

    private ExpandedTree Expanded(YamlNode value, SourceProblems found, Func<string, string>? escape = null) =>
        new(value, new Expansion(source.Environment, source.Files, source.CurrentFolder) { Escape = escape ?? (text => text) }, found);

    private static YamlNode WithPaths(YamlNode node, Dictionary<SourcePosition, string> paths) => paths.Count == 0 ? node : node switch
    {
        YamlScalar scalar when paths.TryGetValue(scalar.Position, out var path) => scalar with { Value = path, IsPlain = false },
        YamlMapping mapping => mapping with { Entries = [.. mapping.Entries.Select(entry => entry with { Value = WithPaths(entry.Value, paths) })] },
        _ => node,
    };

    /// <summary>A template's places as some mail might fill them; a secret of them would be the mail's.</summary>
    private static YamlNode WithSamples(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar with { Value = Places().Replace(scalar.Value, "x") },
        YamlSequence list => list with { Items = [.. list.Items.Select(WithSamples)] },
        YamlMapping mapping => mapping with { Entries = [.. mapping.Entries.Select(entry => entry with { Value = WithSamples(entry.Value) })] },
        _ => node,
    };

    [GeneratedRegex(@"(?<!\$)\{[A-Za-z_]\w*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Places();

    /// <summary>What a template stands for is known when a mail comes; then the destination checks it.</summary>
    private static bool HasTemplate(YamlNode node) => node switch
    {
        YamlScalar scalar => Places().IsMatch(scalar.Value),
        YamlSequence list => list.Items.Any(HasTemplate),
        YamlMapping mapping => mapping.Entries.Any(entry => HasTemplate(entry.Value)),
        _ => false,
    };
}
