using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.UnitTests.Host.Configuration.Sources;

/// <summary>A disk in memory: full path → text.</summary>
internal sealed class FakeConfigurationFiles : IConfigurationFiles
{
    public Dictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

    public string? Read(string path, out string? failure)
    {
        failure = Unreadable.GetValueOrDefault(path) ?? (Texts.ContainsKey(path) ? null : "it does not exist");
        return failure is null ? Texts[path] : null;
    }

    public bool FileExists(string path) => Texts.ContainsKey(path);

    public bool FolderExists(string path) => Texts.Keys.Any(file => file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));

    /// <summary>What can't be read, and why.</summary>
    public Dictionary<string, string> Unreadable { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> FilesBelow(string path, out string? failure)
    {
        failure = Unreadable.GetValueOrDefault(path);
        return [.. Texts.Keys.Where(file => file == path || file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    public byte[]? Hash(string path) => Texts.TryGetValue(path, out var text) ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : null;
}
