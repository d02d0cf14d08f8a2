using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>A file system of some megabytes in memory.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Fill => System.IO.Path.Combine(Path, "fill");

    /// <summary>Null where the machine does not let a test mount one.</summary>
    /// <param name="owner">Whose it is.</param>
    public static async Task<SmallDisk?> MountAsync(PeerFolder folder, int megabytes, string owner = "postgres")
    {
        var path = folder.CreateFolder("small-disk");
        var mounted = await PeerProcess.RunAsync("mount", "mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path]);
        if (mounted.ExitCode != 0)
            return null;
        (await PeerProcess.RunAsync("chown", "chown", [owner, path])).Succeeded("chown");
        return new SmallDisk(path);
    }

    /// <summary>Takes all the room that is left.</summary>
    public void FillUp()
    {
        using var file = File.Create(Fill);
        var zeros = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(zeros);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void MakeRoom() => File.Delete(Fill);

    public async ValueTask DisposeAsync() =>
        (await PeerProcess.RunAsync("umount", "umount", ["-l", Path])).Succeeded("umount");
}
