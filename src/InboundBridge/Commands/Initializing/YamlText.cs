namespace InboundBridge.Commands.Initializing;

/// <summary>Answers inside the files that <c>init</c> writes.</summary>
internal static class YamlText
{
    /// <summary>In double quotes. The configuration would expand <c>${…}</c>.</summary>
    public static string Quote(string text) =>
        '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("${", "$${", StringComparison.Ordinal) + '"';
}
