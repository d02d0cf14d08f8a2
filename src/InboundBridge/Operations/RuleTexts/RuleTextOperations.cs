using InboundBridge.Configuration.Sources;
using InboundBridge.Logging;
using InboundBridge.Operations.Principals;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;
using InboundBridge.Setup;
using InboundBridge.Yaml;

namespace InboundBridge.Operations.RuleTexts;

/// <summary>
/// The texts of the rules as they are on disk, without the configuration's secrets. They may be newer than the rules in force, until a
/// reload.
/// </summary>
/// <param name="source">Null where the rules are not on disk (the demo).</param>
internal sealed class RuleTextOperations(ConfigurationSource? source, CurrentSetup current)
{
    /// <summary>Files that are read.</summary>
    private const int MostFiles = 200;

    /// <summary>Characters of all files together.</summary>
    private const int MostText = 2 * 1024 * 1024;

    /// <summary>Lines of one rule that are shown.</summary>
    private const int MostLines = 60;

    /// <summary>Characters. The mask leaves shorter secrets alone, so a text with one is not shown at all.</summary>
    private const int ShortestMasked = 6;

    /// <summary>The lines of each rule of a list that follow one another; null where they can't be shown.</summary>
    public IReadOnlyList<string?> ShowLines(Principal who, IReadOnlyList<Rule> rules)
    {
        who.Demand(Operation.ListRules);
        var files = new Dictionary<string, string[]?>(StringComparer.Ordinal);
        var lines = new List<string?>(rules.Count);
        for (var index = 0; index < rules.Count; index++)
        {
            var at = rules[index].Position;
            if (!files.TryGetValue(at.File, out var file))
                files[at.File] = file = files.Count < MostFiles ? ReadFile(at.File)?.Split('\n') : null;
            var next = index + 1 < rules.Count ? rules[index + 1].Position : default;
            var end = next.File == at.File ? next.Line - 1 : int.MaxValue;
            lines.Add(file is null || at.Line < 1 || at.Line > file.Length ? null : Visible(Lines(file, at.Line - 1, end)));
        }
        return lines;
    }

    /// <summary>The files below the folder of rules by their path in it: rules, lists, scripts. Empty where they can't be read.</summary>
    public IReadOnlyDictionary<string, string> ReadAll(Principal who)
    {
        who.Demand(Operation.CompareRules);
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (source is null)
            return texts;
        var folder = current.Setup.Options.Rules.Path;
        var left = MostText;
        foreach (var path in source.Files.FilesBelow(folder, out _).Take(MostFiles))
        {
            if (source.Files.Read(path, out _) is not { } text || (left -= text.Length) < 0)
                continue;
            texts[path == folder ? Path.GetFileName(path) : Path.GetRelativePath(folder, path)] = text;
        }
        return texts;
    }

    /// <summary>
    /// The rule files as they can be shown, by their path in the folder of rules. Those with a secret that can't be masked are left out.
    /// </summary>
    public IReadOnlyDictionary<string, string> ReadRules(Principal who)
    {
        var shown = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, text) in ReadAll(who))
        {
            if (Path.GetExtension(path) is ".yaml" or ".yml" && Visible(text) is { } visible)
                shown[path] = visible;
        }
        return shown;
    }

    /// <summary>Loads rules from texts, against the configuration in force. Null, with the problems, when they can't be used.</summary>
    /// <param name="files">Texts by their path in the folder of rules.</param>
    public (RuleSet? Rules, IReadOnlyList<SourceProblem> Problems) Load(Principal who, IReadOnlyDictionary<string, string?> files)
    {
        who.Demand(Operation.CompareRules);
        var problems = new SourceProblems();
        if (UploadedRules.Problem(files) is { } wrong)
        {
            problems.Error(new SourcePosition(UploadedRules.Folder, 0, 0), wrong);
            return (null, problems.Items);
        }
        var rules = UploadedRuleSet.Load(
            files.ToDictionary(file => file.Key, file => file.Value!, StringComparer.Ordinal), current.Setup.Options, problems);
        return (problems.HasErrors ? null : rules, problems.Items);
    }

    /// <summary>Facts for a mail that is tried out, read as those of a rule test. Null, with the problems, where one can't be.</summary>
    /// <param name="texts">By key.</param>
    public (GivenValues? Given, IReadOnlyList<SourceProblem> Problems) ReadGiven(Principal who, IReadOnlyDictionary<string, string> texts)
    {
        who.Demand(Operation.Explain);
        var problems = new SourceProblems();
        return (GivenValues.Read(texts, UploadedRuleSet.EnvironmentOf(current.Setup.Options), problems), problems.Items);
    }

    /// <summary>A text with its secrets masked; null where one is too short to be masked.</summary>
    public string? Visible(string text)
    {
        var secrets = current.Setup.Secrets;
        return secrets.Any(secret => secret.Length is > 0 and < ShortestMasked && text.Contains(secret, StringComparison.Ordinal))
            ? null : SecretMask.Of(secrets)(text);
    }

    private static string Lines(string[] file, int start, int end)
    {
        // Several rules may stand on one line.
        var lines = file[start..Math.Min(file.Length, Math.Min(Math.Max(end, start + 1), start + MostLines))];
        // What follows the last rule of a file are its tests.
        var stop = Array.FindIndex(lines, 1, line => line.Length > 0 && line[0] is not (' ' or '#' or '-'));
        var own = stop < 0 ? lines : lines[..stop];
        // A comment in front of the next rule is about that one.
        var last = Array.FindLastIndex(own, line => line.TrimStart() is [not '#', ..]);
        return string.Join('\n', own[..(last + 1)]).TrimEnd();
    }

    private string? ReadFile(string shown) =>
        source?.Files.Read(Path.GetFullPath(shown, source.CurrentFolder), out _) is { Length: <= MostText } text ? text : null;
}
