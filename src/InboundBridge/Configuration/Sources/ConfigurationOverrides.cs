using System.Globalization;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Sources;

/// <summary>
/// Overrides the file's values with those from the environment (<c>INBOUNDBRIDGE__SMTP__HOSTNAME</c>) and the command line
/// (<c>smtp.hostname=…</c>).
/// </summary>
internal static class ConfigurationOverrides
{
    public const string Prefix = "INBOUNDBRIDGE__";

    /// <param name="root">The file's tree; null without one.</param>
    public static YamlMapping Apply(YamlMapping? root, ConfigurationSource source, SourceProblems problems)
    {
        var tree = root ?? new YamlMapping(new SourcePosition(source.File ?? "built-in defaults", 0, 0), []);
        foreach (var variable in source.Environment.Where(IsOverride).OrderBy(variable => variable.Key, StringComparer.Ordinal))
            tree = Lay(
                tree, variable.Key[Prefix.Length..].Split("__"), variable.Value, new SourcePosition($"env {variable.Key}", 0, 0),
                fromEnvironment: true, problems);
        foreach (var setting in source.Set)
            tree = Lay(tree, setting, problems);
        return tree;
    }

    private static bool IsOverride(KeyValuePair<string, string> variable) => variable.Key.StartsWith(Prefix, StringComparison.Ordinal);

    private static YamlMapping Lay(YamlMapping tree, string setting, SourceProblems problems)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            problems.Error(
                new SourcePosition($"--set {setting}", 0, 0), "expected KEY=VALUE", "such as --set smtp.limits.message_size=10MB");
            return tree;
        }
        var key = setting[..equals];
        return Lay(
            tree, key.Split('.'), setting[(equals + 1)..], new SourcePosition($"--set {key}", 0, 0), fromEnvironment: false, problems);
    }

    private static YamlMapping Lay(
        YamlMapping tree, string[] path, string text, SourcePosition position, bool fromEnvironment, SourceProblems problems)
    {
        if (path.Any(step => step.Length == 0) || path.Length > YamlReader.MaximumDepth)
            problems.Error(position, "not the name of a key", $"levels are separated by one {(fromEnvironment ? "'__'" : "'.'")}");
        else if (Value(text, position, problems) is { } value)
            return (YamlMapping)Lay(tree, path, value, position, fromEnvironment, problems);
        return tree;
    }

    private static YamlNode Lay(
        YamlNode? below, ReadOnlySpan<string> path, YamlNode value, SourcePosition position, bool fromEnvironment, SourceProblems problems)
    {
        if (path.IsEmpty)
            return value;
        if (below is YamlSequence list && int.TryParse(path[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return InList(list, index, path[1..], value, position, fromEnvironment, problems);
        var mapping = below as YamlMapping ?? new YamlMapping(position, []);
        var name = fromEnvironment ? KeyOf(mapping, path[0]) : path[0];
        var entries = mapping.Entries.ToList();
        var at = entries.FindIndex(entry => entry.Key.Value == name);
        var laid = Lay(at < 0 ? null : entries[at].Value, path[1..], value, position, fromEnvironment, problems);
        if (at < 0)
            entries.Add(new YamlEntry(new YamlScalar(position, name, IsPlain: true), laid));
        else
            entries[at] = entries[at] with { Value = laid };
        return mapping with { Entries = entries };
    }

    private static YamlSequence InList(
        YamlSequence list, int index, ReadOnlySpan<string> path, YamlNode value, SourcePosition position, bool fromEnvironment,
        SourceProblems problems)
    {
        if (index > list.Items.Count)
        {
            problems.Error(position, $"there is no item {index}", $"items count from 0; {list.Items.Count} adds a new one");
            return list;
        }
        var items = list.Items.ToList();
        var laid = Lay(index < items.Count ? items[index] : null, path, value, position, fromEnvironment, problems);
        if (index < items.Count)
            items[index] = laid;
        else
            items.Add(laid);
        return list with { Items = items };
    }

    /// <summary>Variables are usually upper case and can't contain a hyphen, so case is ignored and <c>_</c> matches <c>-</c>.</summary>
    private static string KeyOf(YamlMapping mapping, string step) =>
        mapping.Entries.Select(entry => entry.Key.Value)
            .FirstOrDefault(key => string.Equals(key.Replace('-', '_'), step, StringComparison.OrdinalIgnoreCase))
        ?? step.ToLowerInvariant();

    /// <summary>
    /// A list, a mapping or a quoted text is read as YAML; anything else is taken as it is, so that a password needs no quotes.
    /// </summary>
    private static YamlNode? Value(string text, SourcePosition position, SourceProblems problems)
    {
        if (text.Length == 0 || text[0] is not ('[' or '{' or '"' or '\''))
            return new YamlScalar(position, text, IsPlain: true);
        var reading = new SourceProblems();
        var node = YamlReader.Read(text, position.File, reading);
        foreach (var problem in reading.Items)
            problems.Error(position, problem.Text, problem.Hint);
        return node is null ? null : At(position, node);
    }

    private static YamlNode At(SourcePosition position, YamlNode node) => node switch
    {
        YamlSequence list => new YamlSequence(position, [.. list.Items.Select(item => At(position, item))]),
        YamlMapping mapping =>
            new YamlMapping(
                position,
                [.. mapping.Entries.Select(entry => new YamlEntry(entry.Key with { Position = position }, At(position, entry.Value)))]),
        _ => node with { Position = position },
    };
}
