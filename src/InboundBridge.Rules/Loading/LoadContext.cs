using InboundBridge.Rules.Contract;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>The state that all readers share while one rule set is loaded.</summary>
internal sealed class LoadContext(RuleSetEnvironment environment, SourceProblems problems)
{
    private int _ordinal;

    public RuleSetEnvironment Environment => environment;

    public SourceProblems Problems => problems;

    public ListCatalog Lists { get; } = new();

    /// <summary>Names that the current rule captures, collected before its conditions are compiled.</summary>
    public HashSet<string> OwnCaptures { get; } = new(StringComparer.Ordinal);

    /// <summary>Names that templates and <c>vars</c> conditions of the current rule use, to check that a rule supplies them.</summary>
    public List<NameUse> Uses { get; } = [];

    public string RuleName { get; set; } = string.Empty;

    public int NextOrdinal() => ++_ordinal;

    /// <summary>The text of a file that a rule names; null when a problem was reported.</summary>
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

/// <param name="IsTemplate">A template uses it; otherwise a <c>vars</c> condition does.</param>
internal readonly record struct NameUse(string Name, SourcePosition Position, bool IsTemplate);
