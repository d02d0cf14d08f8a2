using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>Warnings about single patterns.</summary>
internal static class PatternLint
{
    /// <summary>A regular expression without slashes is read as a glob, which silently matches nothing.</summary>
    public static void LooksLikeRegex(YamlScalar scalar, SourceProblems problems)
    {
        var text = scalar.Value;
        if (text.StartsWith('^') || text.EndsWith('$') && text.Length > 1 || text.StartsWith(".*", StringComparison.Ordinal)
            || text.Contains(@"\d", StringComparison.Ordinal) || text.Contains(@"\.", StringComparison.Ordinal)
                || text.Contains("(.*", StringComparison.Ordinal))
            problems.Warn(scalar.Position, $"'{ShownText.Cut(text)}' is read as a glob but looks like a regular expression",
                "write it between slashes: /…/i");
    }
}
