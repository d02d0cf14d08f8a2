using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>A disk in memory: full path → text.</summary>
internal sealed class FakeConfigurationFiles : IConfigurationFiles
{
    public Dictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

    public string? Read(string path, out string? failure)
    {
        failure = Texts.ContainsKey(path) ? null : "it does not exist";
        return Texts.GetValueOrDefault(path);
    }

    public bool FileExists(string path) => Texts.ContainsKey(path);

    public bool FolderExists(string path) => Texts.Keys.Any(file => file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));

    public IReadOnlyList<string> FilesBelow(string path) =>
        [.. Texts.Keys.Where(file => file == path || file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public byte[]? Hash(string path) => Texts.TryGetValue(path, out var text) ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : null;
}
