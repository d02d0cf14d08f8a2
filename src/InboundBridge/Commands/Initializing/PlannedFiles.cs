using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.Commands.Initializing;

/// <summary>The files that <c>init</c> is about to write, as if they were there, before those of the disk.</summary>
internal sealed class PlannedFiles(string folder, IReadOnlyList<InitFile> planned, IConfigurationFiles disk) : IConfigurationFiles
{
    private readonly Dictionary<string, string> _texts =
        planned.ToDictionary(file => Path.GetFullPath(file.Name, folder), file => file.Text, StringComparer.Ordinal);

    public string? Read(string path, out string? failure)
    {
        failure = null;
        return _texts.GetValueOrDefault(path) ?? disk.Read(path, out failure);
    }

    public bool FileExists(string path) => _texts.ContainsKey(path) || disk.FileExists(path);

    public bool FolderExists(string path) => Below(path).Any() || disk.FolderExists(path);

    public IReadOnlyList<string> FilesBelow(string path, out string? failure)
    {
        failure = null;
        IReadOnlyList<string> there = disk.FolderExists(path) ? disk.FilesBelow(path, out failure) : [];
        return [.. Below(path).Concat(there).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    public byte[]? Hash(string path) =>
        _texts.TryGetValue(path, out var text) ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : disk.Hash(path);

    private IEnumerable<string> Below(string path)
    {
        var beginning = Path.TrimEndingDirectorySeparator(path) + Path.DirectorySeparatorChar;
        return _texts.Keys.Where(file => file.StartsWith(beginning, StringComparison.Ordinal));
    }
}
