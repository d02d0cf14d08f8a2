using System.Text;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Sources;

/// <summary>
/// <c>${NAME}</c>, <c>${NAME:-default}</c> and <c>${file:/path}</c> in values; <c>$${</c> stands
/// for <c>${</c>. What is filled in is not expanded again.
/// </summary>
internal sealed class Expansion(IReadOnlyDictionary<string, string> environment, IConfigurationFiles files, string currentFolder)
{
    /// <summary>Escapes an expanded text, so that its braces are not taken for a template's.</summary>
    public Func<string, string> Escape { get; init; } = text => text;

    /// <param name="empty">The last expression whose value is empty. Null when there is none.</param>
    public string Expand(YamlScalar scalar, SourceProblems problems, out string? empty)
    {
        empty = null;
        var text = scalar.Value;
        var expanded = new StringBuilder(text.Length);
        var at = 0;
        while (text.IndexOf("${", at, StringComparison.Ordinal) is var open and >= 0)
        {
            if (open > at && text[open - 1] == '$')
            {
                expanded.Append(text, at, open - at - 1).Append("${");
                at = open + 2;
                continue;
            }
            expanded.Append(text, at, open - at);
            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                problems.Error(scalar.Position, "'${' without its '}'", "write '$${' for the characters themselves");
                return expanded.ToString();
            }
            var expression = text[(open + 2)..close];
            var value = Value(expression, scalar, problems);
            if (value.Length == 0)
                empty = $"${{{expression}}}";
            expanded.Append(Escape(value));
            at = close + 1;
        }
        return expanded.Append(text, at, text.Length - at).ToString();
    }

    private string Value(string expression, YamlScalar scalar, SourceProblems problems)
    {
        if (expression.StartsWith("file:", StringComparison.Ordinal))
            return FromFile(expression[5..], scalar, problems);
        var split = expression.IndexOf(":-", StringComparison.Ordinal);
        var name = split < 0 ? expression : expression[..split];
        if (!IsName(name))
            problems.Error(scalar.Position, $"'${{{expression}}}' is not a valid expression", "write ${NAME}, ${NAME:-default} or ${file:/path}");
        else if (environment.TryGetValue(name, out var value) && (split < 0 || value.Length > 0))
            return value;
        else if (split >= 0)
            return expression[(split + 2)..];
        else
            problems.Error(scalar.Position, $"the environment variable {name} is not set", $"set it, or write ${{{name}:-default}}");
        return string.Empty;
    }

    private string FromFile(string path, YamlScalar scalar, SourceProblems problems)
    {
        var folder = scalar.Position.Line > 0 ? Path.GetDirectoryName(Path.GetFullPath(scalar.Position.File, currentFolder)) : null;
        var fullPath = Path.GetFullPath(path, folder ?? currentFolder);
        if (files.Read(fullPath, out var failure) is { } text)
            return text.TrimEnd('\r', '\n');
        problems.Error(scalar.Position, $"can't read {fullPath}: {failure}");
        return string.Empty;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
