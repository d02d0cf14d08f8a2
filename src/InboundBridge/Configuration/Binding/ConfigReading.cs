using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>One reading of a configuration: where problems go, where relative paths start, and which values may not be shown.</summary>
internal sealed class ConfigReading(SourceProblems problems, IConfigurationFiles files, ExpandedTree tree, string currentFolder)
{
    public SourceProblems Problems { get; } = problems;

    /// <summary>As <see cref="ConfigurationSource.HasNoKeys"/>.</summary>
    public bool HasNoKeys { get; init; }

    public IConfigurationFiles Files { get; } = files;

    /// <summary>Nodes whose text must never be printed.</summary>
    public HashSet<YamlNode> SecretNodes { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Full paths, by the place where they are written.</summary>
    public Dictionary<SourcePosition, string> Paths { get; } = [];

    public int ErrorCount => Problems.Items.Count(problem => !problem.IsWarning);

    public ExpandedTree Tree { get; } = tree;

    /// <summary>
    /// The full path of what a file, a variable or the command line names: relative to
    /// the file that names it, else to the current directory.
    /// </summary>
    public string FullPath(YamlNode node, string path)
    {
        var folder = node.Position.Line > 0 ? Path.GetDirectoryName(Path.GetFullPath(node.Position.File, currentFolder)) : null;
        return Path.GetFullPath(path, folder ?? currentFolder);
    }

    /// <summary>A file as problems name it.</summary>
    public string Shown(string file) => ShownPath.Of(file, currentFolder);

    /// <summary>
    /// The text by which a problem may quote a node. An expanded value may be a secret, so the expression is quoted instead. A URL is
    /// quoted without what may be a credential, and a secret that stands in a wrong place not at all.
    /// </summary>
    public string Shown(YamlNode node) =>
        SecretNodes.Contains(node) ? "this value" : Tree.OriginalText(node) is { } written ? $"the value of '{written}'"
        : node is YamlScalar { Value: var text } && text.StartsWith("whsec_", StringComparison.Ordinal) ? "a secret of a webhook"
        : node is YamlScalar scalar && scalar.Value.Contains("://", StringComparison.Ordinal) ? $"'{ShownOptions.Url(scalar.Value)}'"
        : node.Describe();

    public void Error(YamlNode node, string text, string? hint = null)
    {
        if (!Tree.IsBroken(node))
            Problems.Error(node.Position, text, hint);
    }

    /// <summary>Reports that another value was expected here. Always returns false.</summary>
    public bool Unexpected(YamlNode node, string expected, string? hint = null)
    {
        Error(node, $"expected {expected}, not {Shown(node)}", hint);
        return false;
    }
}
