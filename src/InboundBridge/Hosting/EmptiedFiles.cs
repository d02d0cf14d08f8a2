using InboundBridge.Rules.Yaml;

namespace InboundBridge.Hosting;

/// <summary>
/// Files that had something in them and have nothing now. A deployment that empties a folder before it fills it, or an editor that cuts a file off before it
/// writes it, would have everybody refused for a moment, and 550 is for good.
/// </summary>
internal static class EmptiedFiles
{
    /// <param name="before">What is in force; null at a start.</param>
    public static void Check(ApplianceSetup? before, ApplianceSetup now, SourceProblems problems)
    {
        var rules = now.Options.Rules;
        if (before is { Rules.Rules.Count: > 0 } && now.Rules.Rules.Count == 0 && !rules.AllowEmpty)
            problems.Error(new SourcePosition(rules.Path, 0, 0), $"there were {before.Rules.Rules.Count} rules, and now there are none", "where that is meant: rules: { allow_empty: true }");
        if (before?.Recipients is { Count: > 0 } listed && now is { Recipients.Count: 0, Options.Recipients.File: { } file })
            problems.Error(new SourcePosition(file, 0, 0), $"there were {listed.Count} recipients in the list, and now there are none",
                "where that is meant, leave recipients.file out, or list an address that nobody has");
    }
}
