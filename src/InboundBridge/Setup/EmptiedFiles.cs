using InboundBridge.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.Setup;

/// <summary>
/// Refuses a reload when files are empty that were not empty before. A deployment may empty a folder before it fills it, and an editor may
/// truncate a file before it writes it. Without this check all mail would get 550 for that moment, and 550 is permanent.
/// </summary>
internal static class EmptiedFiles
{
    /// <param name="before">The setup in force; null at a start.</param>
    public static void Check(ApplianceSetup? before, ApplianceSetup now, ConfigurationSource source, SourceProblems problems)
    {
        var rules = now.Options.Rules;
        if (before is { Rules.Rules.Count: > 0 } && now.Rules.Rules.Count == 0 && !rules.AllowEmpty)
            problems.Error(
                new SourcePosition(rules.Path, 0, 0), $"there were {before.Rules.Rules.Count} rules, and now there are none",
                "if this is intended: rules: { allow_empty: true }");
        else if (before is not null && !rules.AllowEmpty)
            CheckEach(before, source, problems);
        if (before?.Recipients is { Count: > 0 } listed && now is { Recipients.Count: 0, Options.Recipients.File: { } file })
            problems.Error(new SourcePosition(file, 0, 0), $"there were {listed.Count} recipients in the list, and now there are none",
                "if this is intended, remove recipients.file, or list an address that nobody has");
    }

    /// <summary>
    /// Finds single files that were truncated: their rules would be missing for that moment. When rules are removed on purpose, comments or
    /// other keys usually remain.
    /// </summary>
    private static void CheckEach(ApplianceSetup before, ConfigurationSource source, SourceProblems problems)
    {
        foreach (var file in before.Rules.Rules.GroupBy(rule => rule.Position.File, StringComparer.Ordinal))
        {
            if (source.Files.Read(Path.GetFullPath(file.Key, source.CurrentFolder), out _) is { } text && string.IsNullOrWhiteSpace(text))
                problems.Error(new SourcePosition(file.Key, 0, 0), $"there were {file.Count()} rules in it, and now it is empty",
                    "if this is intended, delete the file, or: rules: { allow_empty: true }");
        }
    }
}
