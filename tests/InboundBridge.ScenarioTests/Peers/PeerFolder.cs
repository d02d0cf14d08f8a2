namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A scenario's folder below the temporary folder. Its path is short, because that of a unix socket may have 108 octets.</summary>
internal sealed class PeerFolder : IDisposable
{
    // Postfix and Dovecot need access under their own accounts.
    private const UnixFileMode Enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public PeerFolder()
    {
        Path = Directory.CreateTempSubdirectory("ib-").FullName;
        File.SetUnixFileMode(Path, Enterable);
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string CreateFolder(string name)
    {
        var folder = Directory.CreateDirectory(this[name]).FullName;
        File.SetUnixFileMode(folder, Enterable);
        return folder;
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_KEEP_FOLDERS") == "1")
            return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // The last child of a daemon may still be writing. What remains is left in the temporary folder.
        }
    }
}
