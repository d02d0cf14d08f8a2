namespace InboundBridge.Configuration.Sources;

/// <summary>Reads configuration files: from the disk, or from a test's fake. Paths are absolute.</summary>
internal interface IConfigurationFiles
{
    /// <summary>The text (UTF-8); null when the file can't be read, with the reason in <paramref name="failure"/>.</summary>
    string? Read(string path, out string? failure);

    bool FileExists(string path);

    bool FolderExists(string path);

    /// <summary>
    /// The files below a directory in the order of their paths' octets, names that begin with a dot left out; the path itself when it is a
    /// file; none when there is nothing.
    /// </summary>
    /// <param name="failure">Not null: something there can't be read, and the files are not all there are.</param>
    IReadOnlyList<string> FilesBelow(string path, out string? failure);

    /// <summary>SHA-256 of a file's octets; null when it can't be read.</summary>
    byte[]? Hash(string path);
}
