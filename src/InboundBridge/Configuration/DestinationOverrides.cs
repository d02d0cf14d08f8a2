using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Sections;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Configuration;

/// <summary>Checks options of a destination that a rule overrides, with the same code that reads the destination itself. The method fits <see cref="Rules.DestinationOptionCheck"/>.</summary>
internal sealed class DestinationOverrides(ConfigurationSource source)
{
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
        if (QueueKeys.Names.Contains(option))
        {
            problems.Error(value.Position, $"'{option}' belongs to the destination as a whole", "a rule can't override it");
            return null;
        }
        var found = new SourceProblems();
        if (!HasTemplate(value))
        {
            var tree = new ExpandedTree(value, new Expansion(source.Environment, source.Files, source.CurrentFolder), found);
            var reading = new ConfigReading(found, source.Files, tree, source.CurrentFolder);
            key.Apply(tree.Root, described.Named("rule"), reading);
            value = tree.Root;
        }
        problems.AddRange(found.Items);
        return found.HasErrors ? null : (HasTemplate(value) ? PlainJson.Of(value) : key.Json(value))?.ToJsonString() ?? "null";
    }

    /// <summary>What a template stands for is known when a mail comes; then the destination checks it.</summary>
    private static bool HasTemplate(YamlNode node) => node switch
    {
        YamlScalar scalar => System.Text.RegularExpressions.Regex.IsMatch(scalar.Value, @"(?<!\$)\{[A-Za-z_]\w*\}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)),
        YamlSequence list => list.Items.Any(HasTemplate),
        YamlMapping mapping => mapping.Entries.Any(entry => HasTemplate(entry.Value)),
        _ => false,
    };
}
