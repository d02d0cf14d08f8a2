namespace InboundBridge.UnitTests.MailFlow.Spool;

/// <summary>
/// A temporary folder for one test. It is in memory if there is room, because hundreds
/// of tests that sync a real disk would mostly wait for it.
/// </summary>
internal sealed class SpoolFolder : IDisposable
{
    private const string MemoryDisk = "/dev/shm";

    private const long RoomNeeded = 1L << 30;

    public string Path { get; } = Create();

    /// <summary>Copies kept data into the folder.</summary>
    public void Fill(string from)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Copies the folder as the disk would be after a power loss at this moment.</summary>
    public SpoolFolder Copy()
    {
        var copy = new SpoolFolder();
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            if (System.IO.Path.GetFileName(file) == "lock")
                continue;
            var target = System.IO.Path.Combine(copy.Path, System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(target);
            from.CopyTo(to);
        }
        return copy;
    }

    /// <summary>The open files of this process below the folder, one entry for each descriptor. Linux only.</summary>
    public List<string> Descriptors() =>
        [.. new DirectoryInfo("/proc/self/fd").EnumerateFiles().Select(file => file.LinkTarget ?? "")
            .Where(target => target.StartsWith(Path + "/", StringComparison.Ordinal))];

    private static string Create() => Directory.Exists(MemoryDisk) && new DriveInfo(MemoryDisk).AvailableFreeSpace > RoomNeeded
        ? Directory.CreateDirectory(System.IO.Path.Combine(MemoryDisk, $"inboundbridge-spool-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("inboundbridge-spool-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
