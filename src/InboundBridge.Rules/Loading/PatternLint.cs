using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>Doubts about single patterns.</summary>
internal static class PatternLint
{
    /// <summary>A glob that was meant as a regular expression matches nothing, and says nothing about it.</summary>
    public static void LooksLikeRegex(YamlScalar scalar, SourceProblems problems)
    {
        var text = scalar.Value;
        if (text.StartsWith('^') || text.EndsWith('$') && text.Length > 1 || text.StartsWith(".*", StringComparison.Ordinal)
            || text.Contains(@"\d", StringComparison.Ordinal) || text.Contains(@"\.", StringComparison.Ordinal) || text.Contains("(.*", StringComparison.Ordinal))
            problems.Warn(scalar.Position, $"'{ShownText.Cut(text)}' is read as a glob but looks like a regular expression", "write it between slashes: /…/i");
    }
}
