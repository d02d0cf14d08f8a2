using System.Security.Cryptography;

namespace InboundBridge.Configuration.Sources;

/// <summary>The real disk.</summary>
internal sealed class DiskConfigurationFiles : IConfigurationFiles
{
    /// <summary>Octets. Configurations and secrets are small, but a wrong path may name a device or a dump.</summary>
    private const long LargestFile = 64L * 1024 * 1024;

    public string? Read(string path, out string? failure)
    {
        failure = null;
        try
        {
            if (Directory.Exists(path))
                failure = "it is a directory";
            else if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
                failure = "it is too large";
            else
                return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = exception is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : exception.Message;
        }
        return null;
    }

    public bool FileExists(string path) => File.Exists(path);

    public bool FolderExists(string path) => Directory.Exists(path);

    public IReadOnlyList<string> FilesBelow(string path, out string? failure) => new FolderWalk().Run(path, out failure);

    public byte[]? Hash(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return SHA256.HashData(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
