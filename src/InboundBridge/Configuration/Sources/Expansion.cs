using System.Text;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Sources;

/// <summary>
/// <c>${NAME}</c>, <c>${NAME:-default}</c>, <c>${file:/path}</c> and <c>${credential:NAME}</c> in values; <c>$${</c> stands
/// for <c>${</c>. What is filled in is not expanded again.
/// </summary>
internal sealed class Expansion(IReadOnlyDictionary<string, string> environment, IConfigurationFiles files, string currentFolder)
{
    private const string FileWord = "file:";
    private const string CredentialWord = "credential:";

    /// <summary>The variable in which systemd names the folder of a service's credentials (systemd.exec(5), LoadCredential=).</summary>
    internal const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    /// <summary>
    /// The folder of credentials beside the file that names them. A unit that loads the whole folder, <c>LoadCredential=secrets:FOLDER</c>,
    /// puts its name and <c>_</c> before each file's.
    /// </summary>
    internal const string SecretsFolder = "secrets";

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
        if (expression.StartsWith(FileWord, StringComparison.Ordinal))
            return FromFile(FullPath(expression[FileWord.Length..], scalar), scalar, problems);
        if (expression.StartsWith(CredentialWord, StringComparison.Ordinal))
            return FromCredential(expression[CredentialWord.Length..], scalar, problems);
        var split = expression.IndexOf(":-", StringComparison.Ordinal);
        var name = split < 0 ? expression : expression[..split];
        if (!IsName(name))
            problems.Error(scalar.Position, $"'${{{expression}}}' is not a valid expression", "write ${NAME}, ${NAME:-default}, ${file:/path} or ${credential:name}");
        else if (environment.TryGetValue(name, out var value) && (split < 0 || value.Length > 0))
            return value;
        else if (split >= 0)
            return expression[(split + 2)..];
        else
            problems.Error(scalar.Position, $"the environment variable {name} is not set", $"set it, or write ${{{name}:-default}}");
        return string.Empty;
    }

    private string FromFile(string fullPath, YamlScalar scalar, SourceProblems problems)
    {
        if (files.Read(fullPath, out var failure) is { } text)
            return text.TrimEnd('\r', '\n');
        problems.Error(scalar.Position, $"can't read {fullPath}: {failure}");
        return string.Empty;
    }

    /// <summary>
    /// A service gets its credentials in a folder that only it can read; everybody else reads the files that they come from.
    /// </summary>
    private string FromCredential(string name, YamlScalar scalar, SourceProblems problems)
    {
        if (!IsFileName(name))
        {
            problems.Error(
                scalar.Position, $"'{name}' is no name of a credential", "letters, digits, '.', '-' and '_', as in ${credential:webhook}");
            return string.Empty;
        }
        var beside = FullPath(Path.Combine(SecretsFolder, name), scalar);
        var passed = environment.GetValueOrDefault(CredentialsVariable) is { Length: > 0 } folder
            ? new[] { Path.GetFullPath(name, folder), Path.GetFullPath($"{SecretsFolder}_{name}", folder) }.FirstOrDefault(files.FileExists)
            : null;
        if (passed is not null || files.FileExists(beside))
            return FromFile(passed ?? beside, scalar, problems);
        problems.Error(
            scalar.Position, $"there is no credential '{name}': {beside} does not exist, and systemd passed none of that name",
            $"write it to that file, or LoadCredential={name}:FILE in the unit");
        return string.Empty;
    }

    /// <summary>A path in a file is relative to the file, any other one to the current folder.</summary>
    private string FullPath(string path, YamlScalar scalar)
    {
        var folder = scalar.Position.Line > 0 ? Path.GetDirectoryName(Path.GetFullPath(scalar.Position.File, currentFolder)) : null;
        return Path.GetFullPath(path, folder ?? currentFolder);
    }

    private static bool IsFileName(string name) =>
        name.Length is > 0 and <= 128 && name[0] != '.'
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
