using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.Api;

/// <summary>Rules that came with a request, as the folder that the reader of rules expects. What they name beside them came along, or isn't there: never a file of this machine.</summary>
internal sealed class UploadedRules : IConfigurationFiles
{
    public const string Folder = "/uploaded";

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <param name="files">Texts by their path relative to the rules folder.</param>
    public UploadedRules(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (path, text) in files)
            _files[Path.GetFullPath(path, Folder)] = text;
    }

    public string? Read(string path, out string? failure)
    {
        failure = _files.TryGetValue(path, out var text) ? null : "it did not come with the rules";
        return text;
    }

    public bool FileExists(string path) => _files.ContainsKey(path);

    public bool FolderExists(string path) => path == Folder;

    public IReadOnlyList<string> FilesBelow(string path) => [.. _files.Keys.Where(file => file.StartsWith(path + "/", StringComparison.Ordinal))];

    public byte[]? Hash(string path) => _files.TryGetValue(path, out var text) ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : null;
}
