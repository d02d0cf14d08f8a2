using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Destinations;

/// <summary>
/// Checks options of a destination that a rule overrides, with the same code that reads the destination itself. <see cref="Check"/> is a
/// <c>DestinationOptionCheck</c> for the rules' loader.
/// </summary>
internal sealed partial class RuleOverrides(ConfigurationSource source)
{
    private HashSet<string>? _secrets = new(StringComparer.Ordinal);

    /// <param name="kind">A kind's name.</param>
    /// <returns>The value as JSON, durations and sizes in their shortest spelling; null when a problem was reported.</returns>
    public string? Check(string kind, string option, YamlNode value, SourceProblems problems)
    {
        if (DestinationKinds.Find(kind) is not { } described)
        {
            problems.Error(value.Position, $"there is no kind of destination '{kind}'");
            return null;
        }
        if (described.Shape.Find(option) is not { } key)
        {
            string[] known = [.. described.Shape.Keys.Select(each => each.Name).Except(QueueKeys.Names, StringComparer.Ordinal)];
            problems.Error(value.Position, $"a {kind} has no option '{option}'", NearestName.Hint(option, known));
            return null;
        }
        if (QueueKeys.Names.Contains(option) || described.FixedOptions.Contains(option))
        {
            problems.Error(value.Position, $"'{option}' belongs to the destination as a whole", "a rule can't override it");
            return null;
        }
        ChoosesMode |= option == "mode";
        var found = new SourceProblems();
        var hasTemplate = HasTemplate(value);
        var isSampled = described.SampledOptions.Contains(option);
        var paths = !hasTemplate || isSampled
            ? Look(key, hasTemplate ? WithSamples(value) : value, described.Named("rule"), found)
            : NotLookedAt(value, found);
        problems.AddRange(found.Items);
        if (found.HasErrors)
            return null;
        // Text that an expression was expanded to is not a template, even if it contains braces.
        var written = Expanded(
            value, new SourceProblems(), text => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}",
                StringComparison.Ordinal)).Root;
        written = WithPaths(written, paths);
        return (hasTemplate ? PlainJson.Of(written) : key.Json(written))?.ToJsonString() ?? "null";
    }

    /// <summary>The settings with a rule's options in them.</summary>
    /// <param name="json">What <see cref="Check"/> returned for each option, in one object. Paths in it are full.</param>
    /// <exception cref="FormatException">An option that is unknown or has a wrong value.</exception>
    public static DestinationSettings Apply(DestinationSettings destination, string json)
    {
        var problems = new SourceProblems();
        var files = new DiskConfigurationFiles();
        foreach (var (name, value) in ParseObject(json))
        {
            if (DestinationKinds.Of(destination).Shape.Find(name) is not { } key)
                throw new FormatException($"a {DestinationKinds.Of(destination).Name} has no option \"{name}\"");
            // FromJson masks expressions, so that expanding only takes the mask off again.
            var tree = new ExpandedTree(YamlJson.FromJson(value),
                new Expansion(new Dictionary<string, string>(StringComparer.Ordinal), files, Path.GetTempPath()), problems);
            destination = key.Apply(tree.Root, destination, new ConfigReading(problems, files, tree, Path.GetTempPath()));
        }
        return problems.HasErrors ? throw new FormatException(problems.Items[0].Text) : destination;
    }

    /// <summary>Whether a rule among those that were checked chooses <c>mode</c> for its deliveries.</summary>
    public bool ChoosesMode { get; private set; }

    /// <summary>Secrets in rules, gathered while the rules are loaded, so that the log can mask them.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets ?? [];

    /// <summary>Called once the rules are loaded: scripts give new options with every mail, and those are not gathered.</summary>
    public void StopGathering() => _secrets = null;

    private static JsonObject ParseObject(string json)
    {
        try
        {
            return JsonNode.Parse(json)!.AsObject();
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new FormatException("the rule's options do not fit the destination", fault);
        }
    }

    /// <summary>Reads the value as the destination would.</summary>
    /// <returns>Full paths, by the place where they are written.</returns>
    private Dictionary<SourcePosition, string> Look(
        SectionKey<DestinationSettings> key, YamlNode value, DestinationSettings destination, SourceProblems found)
    {
        var tree = Expanded(value, found);
        if (found.HasErrors)
            return [];
        var reading = new ConfigReading(found, source.Files, tree, source.CurrentFolder);
        key.Apply(tree.Root, destination, reading);
        _secrets?.UnionWith(reading.SecretNodes.OfType<YamlScalar>().Select(secret => secret.Value));
        return reading.Paths;
    }

    /// <summary>The value is known when a mail fills the template; now only its expressions are checked.</summary>
    private Dictionary<SourcePosition, string> NotLookedAt(YamlNode value, SourceProblems found)
    {
        Expanded(value, found);
        return [];
    }

    private ExpandedTree Expanded(YamlNode value, SourceProblems found, Func<string, string>? escape = null) =>
        new(value, new Expansion(source.Environment, source.Files, source.CurrentFolder) { Escape = escape ?? (text => text) }, found);

    private static YamlNode WithPaths(YamlNode node, Dictionary<SourcePosition, string> paths) => paths.Count == 0 ? node : node switch
    {
        YamlScalar scalar when paths.TryGetValue(scalar.Position, out var path) => scalar with { Value = path, IsPlain = false },
        YamlMapping mapping => mapping with
        {
            Entries = [.. mapping.Entries.Select(entry =>
            entry with { Value = WithPaths(entry.Value, paths) })]
        },
        _ => node,
    };

    /// <summary>The value with an <c>x</c> in each place of a template, as a mail might fill it.</summary>
    private static YamlNode WithSamples(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar with { Value = Places().Replace(scalar.Value, "x") },
        YamlSequence list => list with { Items = [.. list.Items.Select(WithSamples)] },
        YamlMapping mapping => mapping with
        {
            Entries = [.. mapping.Entries.Select(entry =>
            entry with { Value = WithSamples(entry.Value) })]
        },
        _ => node,
    };

    [GeneratedRegex(@"(?<!\$)\{[A-Za-z_]\w*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Places();

    private static bool HasTemplate(YamlNode node) => node switch
    {
        YamlScalar scalar => Places().IsMatch(scalar.Value),
        YamlSequence list => list.Items.Any(HasTemplate),
        YamlMapping mapping => mapping.Entries.Any(entry => HasTemplate(entry.Value)),
        _ => false,
    };
}
