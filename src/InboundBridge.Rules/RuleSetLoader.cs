using InboundBridge.Rules.Yaml;

namespace InboundBridge.Rules;

/// <summary>Reads, checks and compiles rule files.</summary>
public static class RuleSetLoader
{
    /// <summary>All files as one set, in the order of their names. Every problem is reported; null when one of them is an error.</summary>
    public static RuleSet? Load(IReadOnlyList<RuleFile> files, RuleSetEnvironment environment, SourceProblems problems)
    {
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            YamlReader.Read(file.Text, file.Path, problems);
        return problems.HasErrors ? null : RuleSet.Empty;
    }
}
