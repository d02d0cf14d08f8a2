using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Disk;

/// <summary>
/// Files and folders that hold mail, so only their owner may read them. On Windows the
/// access list of the folder decides, and this does nothing.
/// </summary>
public static class PrivateFiles
{
    public const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Every permission of group and others.</summary>
    internal const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Sets the umask of the whole process, so that files which libraries create are private from the start. A file that other users need,
    /// such as a socket, is given its mode explicitly.
    /// </summary>
    public static void SetMask()
    {
        if (!OperatingSystem.IsWindows())
            _ = Mask((uint)Others);
    }

    /// <summary>
    /// Creates a private folder. Missing parents get the default mode of the system; a folder that exists keeps its mode.
    /// </summary>
    /// <exception cref="IOException">The folder can't be created.</exception>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FolderMode);
    }

    /// <summary>Opens or creates a file and locks it: no other process can open it until the stream is closed.</summary>
    /// <exception cref="IOException">The file can't be opened, or another process has it.</exception>
    public static FileStream OpenAlone(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = System.IO.FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        return new FileStream(path, options);
    }

    /// <summary>
    /// Writes a private file in place of the one that is there. It is written to a draft, synced and renamed: after a crash there is either
    /// the old file or the whole new one. When this returns, the new one is on the disk.
    /// </summary>
    /// <exception cref="IOException">It could not be written; the old file is still there.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> octets)
    {
        var draft = path + ".new";
        // One that a crash has left may have another mode.
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        using (var file = new FileStream(draft, options))
        {
            file.Write(octets);
            FileFlush.Run(file);
        }
        File.Move(draft, path, overwrite: true);
        DirectoryFlush.Run(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Creates an empty private file if there is none, for a library that would create it readable by everybody.</summary>
    /// <exception cref="IOException">The file can't be created.</exception>
    public static void CreateEmpty(string path)
    {
        if (File.Exists(path))
            return;
        using var file = OpenAlone(path);
    }

    /// <summary>Makes a file private right after it was created.</summary>
    /// <exception cref="IOException">The file belongs to another user.</exception>
    public static void Tighten(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, FileMode);
    }

    /// <summary>True where the umask makes every new file private already, which saves a call for each file.</summary>
    internal static bool IsMaskPrivate()
    {
        try
        {
            const string Field = "Umask:";
            foreach (var line in OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status") : [])
            {
                if (line.StartsWith(Field, StringComparison.Ordinal))
                    return (Convert.ToInt32(line[Field.Length..].Trim(), 8) & (int)Others) == (int)Others;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            // Without /proc the umask is unknown, and each file is given its mode.
            return false;
        }
        return OperatingSystem.IsWindows();
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Mask(uint mask);
}
