using InboundBridge.Rules.Contract;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>What reading one rule set shares between its readers.</summary>
internal sealed class LoadContext(RuleSetEnvironment environment, SourceProblems problems)
{
    private int _ordinal;

    public RuleSetEnvironment Environment => environment;

    public SourceProblems Problems => problems;

    public ListCatalog Lists { get; } = new();

    /// <summary>Names that the rule being read captures, gathered before its conditions are compiled.</summary>
    public HashSet<string> OwnCaptures { get; } = new(StringComparer.Ordinal);

    /// <summary>Names that templates and <c>vars</c> conditions refer to, for the check that somebody supplies them.</summary>
    public List<NameUse> Uses { get; } = [];

    public string RuleName { get; set; } = string.Empty;

    public int NextOrdinal() => ++_ordinal;

    /// <summary>A file named by a rule; null when a problem was reported.</summary>
    public string? ReadFile(YamlNode path)
    {
        if (YamlShape.Text(path, "file", problems) is not { } name)
            return null;
        if (environment.ReadFile is not { } read)
        {
            problems.Error(path.Position, "files can't be read here");
            return null;
        }
        try
        {
            if (read(path.Position.File, name) is { } text)
                return text;
            problems.Error(path.Position, $"there is no file '{name}'", "the path is relative to the file that names it");
        }
        catch (IOException exception)
        {
            problems.Error(path.Position, $"can't read '{name}': {exception.Message}");
        }
        return null;
    }
}

/// <param name="IsTemplate">It is filled into a text; else a condition looks at it.</param>
internal readonly record struct NameUse(string Name, SourcePosition Position, bool IsTemplate);
