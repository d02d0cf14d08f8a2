using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.Operations.RuleTexts;

/// <summary>
/// Presents the rules of a request as a folder. Files that the rules name must be in the request too: no file of this machine is ever read.
/// </summary>
internal sealed class UploadedRules : IConfigurationFiles
{
    public const string Folder = "/uploaded";

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <summary>Characters of a path; Linux has 4096 octets.</summary>
    private const int LongestPath = 1000;

    private const int MostFiles = 10_000;

    /// <param name="files">Texts by their path relative to the rules folder, without a <see cref="Problem"/>.</param>
    public UploadedRules(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (path, text) in files)
            _files[$"{Folder}/{path}"] = text;
    }

    /// <summary>What is wrong with the paths and texts; null if they could be files in a folder.</summary>
    public static string? Problem(IReadOnlyDictionary<string, string?> files)
    {
        if (files.Count > MostFiles)
            return $"rules: at most {MostFiles} files are read";
        foreach (var (path, text) in files)
        {
            if (PathProblem(path) is { } problem)
                return $"rules: {JsonSerializer.Serialize(path)} is not a valid path: {problem}";
            if (text is null)
                return $"rules: {JsonSerializer.Serialize(path)} has no text";
        }
        return null;
    }

    /// <summary>Only plain names between slashes, so that different paths are always different files.</summary>
    private static string? PathProblem(string path)
    {
        if (path.Length is 0 or > LongestPath)
            return $"1 to {LongestPath} characters are allowed";
        if (path.Any(letter => char.IsControl(letter) || letter is '\\'))
            return "it contains a control character or a backslash";
        return path.Split('/').Any(name => name is "" or "." or "..")
            ? "it has to be relative, below the rules folder, without '.', '..' and empty names" : null;
    }

    public string? Read(string path, out string? failure)
    {
        failure = _files.TryGetValue(path, out var text) ? null : "it is not in the request";
        return text;
    }

    public bool FileExists(string path) => _files.ContainsKey(path);

    public bool FolderExists(string path) => path == Folder;

    public IReadOnlyList<string> FilesBelow(string path, out string? failure)
    {
        failure = null;
        return [.. _files.Keys.Where(file => file.StartsWith(path + "/", StringComparison.Ordinal))];
    }

    public byte[]? Hash(string path) => _files.TryGetValue(path, out var text) ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : null;
}
