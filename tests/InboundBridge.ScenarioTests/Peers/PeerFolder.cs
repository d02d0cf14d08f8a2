namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A scenario's own folder below the temporary folder; short, because a unix socket's path must fit into 108 octets.</summary>
internal sealed class PeerFolder : IDisposable
{
    // Postfix and Dovecot enter it as their own users.
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
            // A daemon's last child may still be writing; what stays behind is the temporary folder's to clear.
        }
    }
}
