using InboundBridge.Configuration.Binding;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>
/// Every key that is accepted but has no effect yet. Whoever builds the feature removes its line. Each use of such a key is a warning. It
/// is an error where ignoring the key would let in mail that the operator wants to keep out, or send something that nobody asked for.
/// </summary>
internal static class ConfigurationGaps
{
    public static IReadOnlyList<ConfigurationGap> All { get; } =
    [
    ];

    public static void Report(ConfigReading reading)
    {
        foreach (var gap in All)
            Visit(reading.Tree.Root, gap.Path.Split('.'), gap.Path.Split('.'), 0, gap, reading);
    }

    private static void Visit(YamlNode node, string[] pattern, string[] path, int depth, ConfigurationGap gap, ConfigReading reading)
    {
        if (depth == pattern.Length)
        {
            Report(node, string.Join('.', path), gap, reading);
            return;
        }
        var step = pattern[depth];
        var below = node switch
        {
            YamlMapping mapping =>
                mapping.Entries.Where(entry => step == "*" || entry.Key.Value == step).Select(entry => (entry.Key.Value, entry.Value)),
            YamlSequence list when step == "*" =>
                list.Items.Select((item, index) => (index.ToString(System.Globalization.CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        foreach (var (name, child) in below)
            Visit(child, pattern, [.. path[..depth], name, .. path[(depth + 1)..]], depth + 1, gap, reading);
    }

    private static void Report(YamlNode node, string path, ConfigurationGap gap, ConfigReading reading)
    {
        if (node is YamlScalar { IsNull: true })
            return;
        if (gap.Refuse)
            reading.Error(node, $"{path} is not built yet, and {gap.Says}", "remove the key");
        else
            reading.Problems.Warn(node.Position, $"{path} has no effect yet: {gap.Says}");
    }
}
